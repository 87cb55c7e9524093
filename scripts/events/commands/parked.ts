import { table } from '../../terminal/table.ts'
import { asJson, type EventsCommand } from '../command.ts'
import { holdsUpKey } from '../dead-letters/letter.ts'
import { readLetters } from '../dead-letters/read-letters.ts'

/** `parked` */
export const parked: EventsCommand = {
  usage: 'parked',
  summary: 'aggregates whose commands wait behind one that cannot be decided; exit code 1 when there are any',
  run: async (request) => {
    const letters = await readLetters(await request.eventLog(), (records) => request.progress(`${records} records read`))
    const waiting = letters.filter((letter) => letter.status === 'parked' && holdsUpKey(letter))
    const byKey = [...Map.groupBy(waiting, ({ service, key }) => `${service} ${key}`).values()].flatMap(([first, ...behind]) =>
      first
        ? [
            {
              service: first.service,
              key: first.key,
              since: first.time,
              code: first.code,
              detail: first.detail,
              first: first.place,
              behind: behind.length,
            },
          ]
        : [],
    )
    const rows = byKey.map(({ service, key, since, code, first, behind, detail }) => [
      service,
      key ?? '',
      since,
      code,
      first,
      String(behind),
      detail.slice(0, 80),
    ])
    if (request.json) request.print(asJson(byKey))
    else
      request.print(
        byKey.length === 0 ? 'nothing is parked\n' : table([['service', 'key', 'since', 'code', 'letter', 'behind it', 'detail'], ...rows]),
      )
    return byKey.length === 0 ? 0 : 1
  },
}
