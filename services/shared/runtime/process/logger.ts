import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino'
import { currentWork } from './trace-context.ts'

/** What a service logs with: JSON lines on standard output. */
export type Logger = PinoLogger

export interface LoggerOptions {
  readonly service: string
  readonly pod: string
  readonly level: string
}

/** Every line says when, how grave, which service and pod, and inside of a request or message: which trace, span and labels (`orderId`). */
export function createLogger({ service, pod, level }: LoggerOptions, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service, pod },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (name: string) => ({ level: name }) },
    mixin: () => {
      const work = currentWork()
      return work
        ? { trace_id: work.trace.traceId, span_id: work.trace.spanId, ...(work.requestId && { requestId: work.requestId }), ...work.labels }
        : {}
    },
  }
  return pino(options, destination ?? standardOutput())
}

/**
 * Written line by line, so that nothing is left to write at the end. What is, pino's stream tries to write for ever when the reader has
 * gone (EPIPE), and the process never ends; this way it sees that at the first line, and writes no more.
 */
const standardOutput = (): DestinationStream => pino.destination({ dest: 1, sync: true })
