import type { LogRecord } from '../../kafka/event-log.ts'
import type { TracedRecords } from '../../messaging/trace-records.ts'
import { type Span, tracer } from '../../process/spans.ts'
import type { BatchDecision } from './decide-batch.ts'

type Spans = TracedRecords['spans']

/**
 * The spans of the commands that a batch answers, which say now what came of them. Those of the others are given up: they are decided by the
 * next batch, and traced then.
 */
export function decisionSpans(
  eventsTopic: string,
  commands: readonly LogRecord[],
  { records, decided, parked }: BatchDecision<unknown>,
  spans: Spans,
): Spans {
  if (spans.size === 0) return spans
  const events = Map.groupBy(
    records.filter(({ topic }) => topic === eventsTopic),
    ({ headers }) => headers.causationId,
  )
  const answered = new Map<number, Span>()
  for (const { offset, headers } of commands.slice(0, decided)) {
    const span = spans.get(offset)
    if (!span) continue
    answered.set(offset, span)
    span.set({ 'breakwater.events': events.get(String(headers.id))?.map((event) => String(event.headers.type)) })
  }
  for (const { record, code } of parked) answered.get(record.offset)?.fail(code)
  return answered
}

/** Below each decision that is kept a span for the transaction that writes it, together with those of the same batch. */
export function transactionSpans(eventsTopic: string, batch: BatchDecision<unknown>, decisions: Spans): Spans {
  const by = tracer()
  if (!by || decisions.size === 0) return decisions
  const attributes = () => ({
    'messaging.system': 'kafka',
    'messaging.operation.type': 'send',
    'messaging.destination.name': eventsTopic,
    'messaging.batch.message_count': batch.records.length,
    'breakwater.commands': batch.decided,
  })
  return new Map(
    [...decisions].flatMap(([offset, { trace: parent }]) =>
      parent.sampled ? [[offset, by.begin({ name: `transaction ${eventsTopic}`, kind: 'producer', parent, attributes })]] : [],
    ),
  )
}
