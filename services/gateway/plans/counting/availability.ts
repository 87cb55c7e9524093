import type { Logger } from '../../../shared/runtime/process/logger.ts'
import { type Metrics, metricsIn } from '../../../shared/runtime/process/metrics.ts'

/** ms between two requests that are tried while something is away. */
const retryMs = 1000

/** Whether something that requests need answers: known from those that tried it, so that not every request waits for what is away. */
export interface Availability {
  /** Whether to ask it now. While it is away, one request a second is told to. */
  mayTry(): boolean
  succeeded(): void
  failed(error: unknown): void
}

/** Of the Redis that requests are counted in. Its going and its coming back are logged, once. */
export function redisAvailability(logger: Logger, metrics?: Metrics, now: () => number = Date.now): Availability {
  const up = metricsIn(metrics).gauge({
    name: 'gateway_redis_up',
    help: '1: requests are counted in Redis, for all replicas; 0: it is away',
  })
  let nextTry: number | undefined
  up.set(0)
  return {
    mayTry() {
      if (nextTry === undefined) return true
      if (now() < nextTry) return false
      nextTry = now() + retryMs
      return true
    },
    succeeded() {
      up.set(1)
      if (nextTry !== undefined) logger.info('Redis answers again: requests are counted for all replicas')
      nextTry = undefined
    },
    failed(error) {
      up.set(0)
      // The message alone: what else an error of the client carries may be the password that was sent.
      const reason = error instanceof Error ? error.message : String(error)
      if (nextTry === undefined) logger.warn({ reason }, 'Redis does not answer: requests are counted as REDIS_AWAY says')
      nextTry = now() + retryMs
    },
  }
}
