import { asJson, type EventsCommand, option } from '../command.ts'
import { type Difference, differences } from '../order/difference.ts'
import { parseMoment, stateAt } from '../order/moment.ts'
import { historyOf } from './state.ts'

const what = 'a version (7) or a moment (2026-01-31T12:00:00Z)'

/** `diff order <id> --from … --to …` */
export const diff: EventsCommand = {
  usage: 'diff order <id> --from <time|version> --to <time|version>',
  summary: 'what changed between two moments, and the events that changed it',
  options: { from: { type: 'string' }, to: { type: 'string' } },
  run: async (request) => {
    const [from, to] = [option(request, 'from', what), option(request, 'to', what)]
    const history = await historyOf(request)
    const [before, after] = [stateAt(history, from), stateAt(history, to)]
    const events = history.events.filter((event) => parseMoment(to)(event) && !parseMoment(from)(event)).map(({ envelope }) => envelope)
    const changes = differences(before.state, after.state)
    request.print(
      request.json ? asJson({ from: before, to: after, events, changes }) : text(before.version, after.version, events, changes),
    )
    return 0
  },
}

const text = (
  from: number,
  to: number,
  events: readonly { time: string; type: string; version: number }[],
  changes: readonly Difference[],
): string =>
  [
    `version ${from} → ${to}`,
    ...events.map(({ time, type, version }) => `  ${time} v${version} ${type}`),
    ...changes.flatMap((change) => [
      ...('from' in change ? [`- ${change.path}: ${JSON.stringify(change.from)}`] : []),
      ...('to' in change ? [`+ ${change.path}: ${JSON.stringify(change.to)}`] : []),
    ]),
  ]
    .map((line) => `${line}\n`)
    .join('')
