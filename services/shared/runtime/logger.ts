import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino'
import { currentWork } from './trace-context.ts'

/** What a service logs with: JSON lines on standard output. */
export type Logger = PinoLogger

export interface LoggerOptions {
  readonly service: string
  readonly pod: string
  readonly level: string
}

/** Every line says when, how grave, which service and pod, and inside of a request or message: which trace and labels (`orderId`). */
export function createLogger({ service, pod, level }: LoggerOptions, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service, pod },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (name: string) => ({ level: name }) },
    mixin: () => {
      const work = currentWork()
      return work ? { traceId: work.trace.traceId, ...(work.requestId && { requestId: work.requestId }), ...work.labels } : {}
    },
  }
  return destination ? pino(options, destination) : pino(options)
}
