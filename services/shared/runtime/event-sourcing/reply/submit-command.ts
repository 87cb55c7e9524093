import type { EventLog } from '../../kafka/event-log.ts'
import { withTimeout } from '../../kafka/with-timeout.ts'
import { encodeRecord } from '../../messaging/record-codec.ts'
import { commandsOf } from '../../messaging/topic-names.ts'
import { sagaAttributes } from '../../messaging/trace-records.ts'
import { type Span, tracer } from '../../process/spans.ts'
import { formatTraceparent, parseTraceparent } from '../../process/trace-context.ts'
import type { Command, DomainEvent } from '../decider.ts'
import { type CommandOutcome, EventLogUnavailable, type SubmittedCommand } from './command-outcome.ts'
import type { ReplyRegistry } from './reply-registry.ts'

export interface SubmitOptions<Event extends DomainEvent, Code extends string> {
  readonly service: string
  readonly eventLog: Pick<EventLog, 'produce'>
  readonly replies: ReplyRegistry<Event, Code>
  /** Answers written from now on will be seen. */
  readonly listening: Promise<void>
  readonly clock: () => Date
}

/**
 * Writes the command to the log and waits for its answer. Its span lasts as long; who decides the command goes on from there.
 * @param waitMs for both together
 * @throws EventLogUnavailable when Kafka has not taken the command by then
 */
export async function submitCommand<C extends Command, Event extends DomainEvent, Code extends string>(
  options: SubmitOptions<Event, Code>,
  submitted: SubmittedCommand<C>,
  waitMs: number,
): Promise<CommandOutcome<Event, Code>> {
  const span = beginSpan(options.service, submitted)
  if (!span) return writeAndWait(options, submitted, waitMs)
  try {
    const outcome = await writeAndWait(options, { ...submitted, traceparent: formatTraceparent(span.trace) }, waitMs)
    span.set({ 'breakwater.outcome': outcome.status, 'breakwater.refusal': outcome.status === 'refused' ? outcome.code : undefined })
    return outcome
  } catch (error) {
    span.fail(error instanceof EventLogUnavailable ? error.code : 'error')
    throw error
  } finally {
    span.end()
  }
}

const beginSpan = <C extends Command>(
  service: string,
  { id, command, correlationId, traceparent }: SubmittedCommand<C>,
): Span | undefined =>
  tracer()?.begin({
    name: `command ${command.type}`,
    kind: 'producer',
    parent: parseTraceparent(traceparent),
    attributes: () => ({
      'messaging.system': 'kafka',
      'messaging.operation.type': 'send',
      'messaging.destination.name': commandsOf(service),
      'messaging.message.id': id,
      ...sagaAttributes(correlationId),
    }),
  })

async function writeAndWait<C extends Command, Event extends DomainEvent, Code extends string>(
  { service, eventLog, replies, listening, clock }: SubmitOptions<Event, Code>,
  { id, aggregateId, command, causationId = id, correlationId, expectedVersion, traceparent }: SubmittedCommand<C>,
  waitMs: number,
): Promise<CommandOutcome<Event, Code>> {
  const envelope = {
    id,
    type: command.type,
    schemaVersion: 1,
    aggregateId,
    version: 0,
    ...(expectedVersion !== undefined && { expectedVersion }),
    causationId,
    correlationId,
    ...(traceparent !== undefined && { traceparent }),
    time: clock().toISOString(),
  }
  const record = encodeRecord(commandsOf(service), envelope, command.data)
  const { answer, forget } = replies.expect(id)
  const deadline = performance.now() + waitMs
  const inTime = <Value>(promise: Promise<Value>) => withTimeout(promise, Math.max(0, deadline - performance.now()))
  const unavailable = (cause?: unknown) =>
    new EventLogUnavailable(`${service} could not write ${command.type} within ${waitMs} ms`, { cause })
  try {
    // Given up before it is handed over, it is never written.
    if (!(await inTime(listening.then(() => true)))) throw unavailable()
    const taken = await inTime(eventLog.produce([record]).then(() => true)).catch((cause: unknown) => {
      throw unavailable(cause)
    })
    if (!taken) throw unavailable()
    return (await inTime(answer)) ?? { status: 'pending' }
  } finally {
    forget()
  }
}
