import { UsageError } from '../../cli/command-error.ts'
import { table } from '../../cli/table.ts'
import { asJson, type EventsCommand, option } from '../command.ts'
import { describeEvent } from '../order/describe-event.ts'
import { type Difference, differences } from '../order/difference.ts'
import { eventsBy, momentMeaning, stateAt, typedMoment } from '../order/moment.ts'
import { historyOf } from './state.ts'

/** `diff order <id> --from … --to …` */
export const diff: EventsCommand = {
  run: async (request) => {
    const from = typedMoment(option(request, 'from', momentMeaning))
    const to = typedMoment(request.options.to)
    const history = await historyOf(request)
    const [before, after] = [stateAt(history, from), stateAt(history, to)]
    if (before.version > after.version) throw new UsageError(`--from ${from} lies behind --to ${to}`)
    const events = eventsBy(history.events, to).slice(eventsBy(history.events, from).length)
    const changes = differences(before.state, after.state)
    if (request.json) request.print(asJson({ from: before, to: after, events: events.map(({ envelope }) => envelope), changes }))
    else {
      const rows = events.map(({ envelope: { time, type, version }, data }) => [`  v${version}`, time, type, describeEvent(type, data)])
      request.print(`${history.name}, version ${before.version} → ${after.version}\n${table(rows)}${changes.map(changeText).join('')}`)
    }
    return 0
  },
}

const changeText = (change: Difference): string =>
  [
    ...('from' in change ? [`- ${change.path}: ${JSON.stringify(change.from)}\n`] : []),
    ...('to' in change ? [`+ ${change.path}: ${JSON.stringify(change.to)}\n`] : []),
  ].join('')
