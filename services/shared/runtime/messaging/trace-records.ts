import { correlationLabel } from '../../contracts/envelope.ts'
import type { LogRecord } from '../kafka/event-log.ts'
import { labelAttributes, type Span, type SpanAttributes, tracer } from '../process/spans.ts'
import { formatTraceparent, parseTraceparent } from '../process/trace-context.ts'

/** Records of one batch, while they are handled. */
export interface TracedRecords {
  /** As if the handling span had sent them, where it is kept: what is written because of them goes on from there. */
  readonly records: readonly LogRecord[]
  /** By offset. Records that are not traced have none. */
  readonly spans: ReadonlyMap<number, Span>
}

const noSpans: TracedRecords['spans'] = new Map()

/**
 * Begins a span for each record that is to be handled: in the record's own trace, so that an order stays one story, and linked to the span
 * that produced the record, because that one may have ended long ago.
 * @param what is done, the first word of the spans' names: `decide`, `event`, `project`
 * @param isHandled by its type; all when left out
 */
export function traceRecords(
  what: string,
  records: readonly LogRecord[],
  isHandled: (type: string, record: LogRecord) => boolean = () => true,
): TracedRecords {
  const by = tracer()
  if (!by) return { records, spans: noSpans }
  const spans = new Map<number, Span>()
  const traced = records.map((record) => {
    const type = record.headers.type?.toString() ?? 'Unreadable'
    if (!isHandled(type, record)) return record
    const producer = parseTraceparent(record.headers.traceparent?.toString())
    const span = by.begin({
      name: `${what} ${type.slice(0, 100)}`,
      kind: 'consumer',
      parent: producer,
      link: producer,
      attributes: () => recordAttributes(record),
    })
    spans.set(record.offset, span)
    // What is not kept needs no hop of its own.
    if (!span.trace.sampled) return record
    return { ...record, headers: { ...record.headers, traceparent: Buffer.from(formatTraceparent(span.trace)) } }
  })
  return { records: traced, spans }
}

/** Handles the records, then ends their spans: all of them failed when the work did. */
export async function endingSpans(spans: TracedRecords['spans'], work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    for (const span of spans.values()) span.fail(error instanceof Error ? error.name : 'error')
    throw error
  } finally {
    for (const span of spans.values()) span.end()
  }
}

/** https://opentelemetry.io/docs/specs/semconv/messaging/kafka/ */
const recordAttributes = ({ topic, partition, offset, headers }: LogRecord): SpanAttributes => ({
  'messaging.system': 'kafka',
  'messaging.operation.type': 'process',
  'messaging.destination.name': topic,
  'messaging.destination.partition.id': String(partition),
  'messaging.kafka.offset': offset,
  'messaging.message.id': headers.id?.toString(),
  ...sagaAttributes(headers.correlationId?.toString()),
})

/** `breakwater.order_id`, or the correlation id of what concerns no order. */
export const sagaAttributes = (correlationId: string | undefined): SpanAttributes =>
  correlationId === undefined ? {} : labelAttributes(correlationLabel(correlationId))
