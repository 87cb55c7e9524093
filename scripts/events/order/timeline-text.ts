import { printable } from '../../cli/printable.ts'
import { table } from '../../cli/table.ts'
import { type TimelineEntry, unknownCause } from './order-timeline.ts'

/** A line what it is and how long it took, then a line an event: when, because of which other one, who, what. */
export function timelineText(orderId: string, entries: readonly TimelineEntry[]): string {
  const times = entries.map(({ time }) => Date.parse(time))
  const first = times[0] ?? 0
  const services = new Set(entries.map(({ service }) => service)).size
  const head = printable(
    `${orderId}, ${entries[0]?.time}: ${count(entries.length, 'event')} of ${count(services, 'service')} within ${span((times.at(-1) ?? first) - first)}`,
  )
  // A letter or an answer bears an event's id, but is not the event.
  const numbers = new Map(entries.flatMap(({ kind, id }, index) => (kind === 'event' ? [[id, index + 1] as const] : [])))
  const rows = entries.map(({ service, type, version, because, text }, index) => [
    String(index + 1).padStart(2),
    `+${span((times[index] ?? first) - first)}`,
    reason(because, numbers),
    service,
    `${type.slice(type.indexOf('.') + 1)}${version > 0 ? ` v${version}` : ''}`,
    text,
  ])
  return `${head}\n\n${table([[' #', 'after', 'because of', 'service', 'event', ''], ...rows])}`
}

function reason(because: TimelineEntry['because'], numbers: ReadonlyMap<string, number>): string {
  if (!because) return 'a request'
  if (because.command === unknownCause) return unknownCause
  return `${numbers.get(because.event) ?? because.event} → ${because.command}`
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`

/** ms in the unit that people would use. */
const span = (ms: number): string =>
  ms < 1_000 ? `${ms} ms` : ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`
