import { printable } from '../../cli/printable.ts'
import { levelNames, levelOf, parseRecord, timeOf } from '../../telemetry/collect/log-entry.ts'
import type { FoundLine } from '../../telemetry/store/reader.ts'

/** One line of a log as a page shows it. Nothing in it steers a screen, and nothing is longer than a page can show. */
export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly atMs: number
  /** `orders-0`, or `orders-0/sidecar`. */
  readonly source: string
  readonly service: string
  readonly level: (typeof levelNames)[number]
  readonly message: string
  readonly traceId?: string
  readonly orderId?: string
  /** What else the record has. */
  readonly fields: readonly (readonly [string, string])[]
}

const longestMessage = 2_000
const longestField = 500
const mostFields = 30

/** Fields that have a place of their own. */
const placed = new Set(['workload', 'replica', 'container', 'time', 'level', 'msg', 'service', 'pod', 'trace_id', 'orderId'])
/** What a proxy says of a request that nothing happened to. */
const nothing = new Set(['-', '', null])

/** A stored line → what a page shows of it. */
export function logLine({ time, line }: FoundLine): LogLine {
  const record = parseRecord(line) ?? { msg: line }
  const { workload, replica, container, level, msg, trace_id: traceId, orderId, direction } = record
  const service = text(workload ?? '?', 100)
  const name = replica === undefined ? service : `${service}-${text(replica, 20)}`
  const sign = direction === 'inbound' ? '← ' : direction === 'outbound' ? '→ ' : ''
  const fields = Object.entries(record)
    .filter(([field, value]) => !placed.has(field) && !nothing.has(value as string))
    .slice(0, mostFields)
  return {
    atMs: timeOf(record.time) ?? time,
    source: container === 'sidecar' ? `${name}/sidecar` : name,
    service,
    level: levelNames[levelOf(level) / 10 - 1] ?? 'info',
    message: sign + text(msg ?? '', longestMessage),
    ...(typeof traceId === 'string' && { traceId: text(traceId, 64) }),
    ...(typeof orderId === 'string' && { orderId: text(orderId, 64) }),
    fields: fields.map(([field, value]) => [text(field, 60), text(value, longestField)] as const),
  }
}

/** Of an error its message, and of everything else JSON; on one line. */
function text(value: unknown, longest: number): string {
  const whole = typeof value === 'string' ? value : isError(value) ? String(value.message) : (JSON.stringify(value) ?? '')
  return printable(whole.length > longest ? `${whole.slice(0, longest)}…` : whole)
}

const isError = (value: unknown): value is { readonly message: unknown } =>
  typeof value === 'object' && value !== null && 'message' in value && 'stack' in value
