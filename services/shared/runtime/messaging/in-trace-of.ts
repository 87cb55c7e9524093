import type { Logger } from '../kafka/client/kafka-logger.ts'
import type { LogRecord } from '../kafka/event-log.ts'
import { label, runInTrace } from '../process/trace-context.ts'

/**
 * Runs work in the trace that a record brought along, or in a new one. Log lines written meanwhile say that trace, and in `correlationId`
 * which saga the record belongs to: the order's id where there is one.
 */
export const inTraceOf = <Result>({ headers }: Pick<LogRecord, 'headers'>, work: () => Result): Result =>
  runInTrace(headers.traceparent?.toString(), () => {
    const correlationId = headers.correlationId?.toString()
    if (correlationId !== undefined) label({ correlationId })
    return work()
  })

/** A line at `debug` in a record's trace. Where no such lines are written it costs nothing: every command and event has one. */
export function debugInTraceOf(logger: Logger, record: Pick<LogRecord, 'headers'>, fields: object, message: string): void {
  if (logger.isLevelEnabled?.('debug') === false) return
  inTraceOf(record, () => logger.debug(fields, message))
}
