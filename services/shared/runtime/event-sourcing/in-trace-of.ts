import type { LogRecord } from '../kafka/event-log.ts'
import { label, runInTrace } from '../trace-context.ts'

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
