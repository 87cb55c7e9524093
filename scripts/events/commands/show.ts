import { asJson, type EventsCommand, UsageError, word } from '../command.ts'
import { orderTimeline, type TimelineEntry } from '../order/order-timeline.ts'
import { table } from '../table.ts'

/** `show order <id>` */
export const show: EventsCommand = {
  usage: 'show order <id>',
  summary: 'what happened to an order, over all topics; --all: also commands that changed nothing',
  options: { all: { type: 'boolean' } },
  run: async (request) => {
    if (word(request, 0, 'what to show (order)') !== 'order') throw new UsageError('there is: show order <id>')
    const id = word(request, 1, "the order's id")
    const log = await request.eventLog()
    const timeline = await orderTimeline(log, id, (records) => request.progress(`${records} records read`))
    if (timeline.length === 0) throw new Error(`nothing in the log is about ${id}`)
    const entries = request.options.all ? timeline : timeline.filter((entry) => entry.version > 0 || entry.text.startsWith('put aside'))
    request.print(request.json ? asJson(entries) : timelineText(entries))
    return 0
  },
}

/** One line an event: time, ms since the first, who, what. */
export function timelineText(entries: readonly TimelineEntry[]): string {
  const first = Date.parse(entries[0]?.time ?? '')
  const rows = entries.map(({ time, service, type, version, text }) => [
    time,
    `+${Date.parse(time) - first} ms`,
    service,
    `${type.slice(type.indexOf('.') + 1)}${version > 0 ? ` v${version}` : ''}`,
    text,
  ])
  return table([['time', 'since', 'service', 'event', ''], ...rows])
}
