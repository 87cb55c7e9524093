import { table } from '../../cli/table.ts'
import { asJson, type EventsCommand } from '../command.ts'
import { inTurn } from '../dead-letters/in-turn.ts'
import { queueOf } from '../dead-letters/letter.ts'
import { readLetters } from '../dead-letters/read-letters.ts'

/** `parked` */
export const parked: EventsCommand = {
  run: async (request) => {
    const letters = await readLetters(await request.eventLog(), (records) => request.progress(`${records} records read`))
    const waiting = inTurn(letters).filter((letter) => letter.status === 'parked' && queueOf(letter) !== undefined)
    const byKey = [...Map.groupBy(waiting, queueOf).values()].flatMap(([first, ...behind]) =>
      first
        ? [
            {
              service: first.service,
              topic: first.original.topic,
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
    const rows = byKey.map(({ service, topic, key, since, code, first, behind, detail }) => [
      service,
      topic,
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
        byKey.length === 0
          ? 'nothing is parked\n'
          : table([['service', 'waits in', 'key', 'since', 'code', 'letter', 'behind it', 'detail'], ...rows]),
      )
    return byKey.length === 0 ? 0 : 1
  },
}
