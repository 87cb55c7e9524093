import { correlationLabel } from '../../contracts/envelope.ts'
import type { Logger } from '../kafka/client/kafka-logger.ts'
import type { LogRecord } from '../kafka/event-log.ts'
import { label, runInTrace } from '../process/trace-context.ts'

/**
 * Runs work in the trace that a record brought along, or in a new one. Log lines written meanwhile say that trace, and which saga the record
 * belongs to: in `orderId` where there is an order, else in `correlationId`.
 */
export const inTraceOf = <Result>({ headers }: Pick<LogRecord, 'headers'>, work: () => Result): Result =>
  runInTrace(headers.traceparent?.toString(), () => {
    const correlationId = headers.correlationId?.toString()
    if (correlationId !== undefined) label(correlationLabel(correlationId))
    return work()
  })

/** A line at `debug` in a record's trace. Where no such lines are written it costs nothing: every command and event has one. */
export function debugInTraceOf(logger: Logger, record: Pick<LogRecord, 'headers'>, fields: object, message: string): void {
  if (logger.isLevelEnabled?.('debug') === false) return
  inTraceOf(record, () => logger.debug(fields, message))
}
