import { asJson, type EventsCommand, UsageError, word } from '../command.ts'
import { kafkaLog } from '../log/shop-log.ts'
import { toTimeline } from '../order/order-timeline.ts'
import { readSaga } from '../order/read-saga.ts'
import { timelineText } from '../order/timeline-text.ts'
import { shopRules } from '../rules.ts'

/** `show order <id>` */
export const show: EventsCommand = {
  usage: 'show order <id>',
  summary: `what happened to an order, over all topics, and what led to what
      --all: also commands that changed nothing`,
  options: { all: { type: 'boolean' } },
  run: async (request) => {
    if (word(request, 0, 'what to show (order)') !== 'order') throw new UsageError('there is: show order <id>')
    const id = word(request, 1, "the order's id")
    const log = kafkaLog(await request.eventLog(), (records) => request.progress(`${records} records read`))
    const rules = shopRules()
    const timeline = toTimeline(rules, await readSaga(log, rules, id))
    if (timeline.length === 0) throw new Error(`nothing in the log is about ${id}`)
    const entries = request.options.all ? timeline : timeline.filter(({ kind }) => kind !== 'answer')
    request.print(request.json ? asJson(entries) : timelineText(id, entries))
    return 0
  },
}
