import { UsageError } from '../../cli/command-error.ts'
import { asJson, type EventsCommand } from '../command.ts'
import { idOf, last } from '../log/chosen-aggregate.ts'
import { kafkaLog } from '../log/shop-log.ts'
import { placesOfUnexplained, toTimeline } from '../order/order-timeline.ts'
import { readCommands } from '../order/read-commands.ts'
import { readSaga } from '../order/read-saga.ts'
import { timelineText } from '../order/timeline-text.ts'
import { shopRules } from '../rules.ts'

/** `show order <id|last>`, or `show last` */
export const show: EventsCommand = {
  run: async (request) => {
    const [what, given] = request.words.length === 1 && request.words[0] === last ? ['order', last] : request.words
    if (what !== 'order' || given === undefined) throw new UsageError('there is: show order <id>, show last')
    const id = await idOf(request, 'order', given)
    const eventLog = await request.eventLog()
    const log = kafkaLog(eventLog, (records) => request.progress(`${records} records read`))
    const rules = shopRules()
    const records = await readSaga(log, rules, id)
    const timeline = toTimeline(rules, records, await readCommands(eventLog, placesOfUnexplained(rules, records)))
    if (timeline.length === 0) throw new Error(`nothing in the log is about ${id}`)
    const entries = request.options.all ? timeline : timeline.filter(({ kind }) => kind !== 'answer')
    request.print(request.json ? asJson(entries) : timelineText(id, entries))
    return 0
  },
}
