import { asJson, type EventsCommand, type Request, word } from '../command.ts'
import { type AggregateHistory, aggregateKinds, readAggregate } from '../log/aggregate.ts'
import { idOf, kindOf } from '../log/chosen-aggregate.ts'
import { stateAt, typedMoment } from '../order/moment.ts'
import { stateText } from '../order/state-text.ts'

/** `state order <id> --at <time|version>` */
export const state: EventsCommand = {
  run: async (request) => {
    const at = typedMoment(request.options.at)
    const history = await historyOf(request)
    const then = stateAt(history, at)
    request.print(request.json ? asJson(then) : stateText(history.name, then, history.events.length))
    return 0
  },
}

/** The events of the aggregate that the command's words name. @throws UsageError, Error when there are none */
export async function historyOf(request: Request): Promise<AggregateHistory> {
  const kind = kindOf(word(request, 0, `what of (${aggregateKinds.join(', ')})`))
  const id = await idOf(request, kind, word(request, 1, 'the id'))
  const history = await readAggregate(await request.eventLog(), kind, id)
  if (history.events.length === 0) throw new Error(`there is no ${kind} ${id} in the log`)
  return history
}
