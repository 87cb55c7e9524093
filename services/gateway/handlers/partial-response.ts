import { Counter } from 'prom-client'
import { DomainError } from '../../shared/runtime/http/problem.ts'
import { UpstreamUnavailable } from '../../shared/runtime/http/upstream-unavailable.ts'
import type { Logger } from '../../shared/runtime/process/logger.ts'
import type { Metrics } from '../../shared/runtime/process/metrics.ts'

/** One response made of what several services answer. */
export interface PartialResponse {
  /** What a service answers, or undefined when it is unavailable (open breaker, timeout, 5xx) or, if `refusable`, refuses. Else it throws. */
  optional<T>(name: string, promised: Promise<T>, options?: { refusable: boolean }): Promise<T | undefined>
  /** Names of the parts left out so far, in alphabetical order. */
  degraded(): string[]
}

/** Makes responses that do without the parts whose service is unavailable; each part left out is logged and counted with the reason. */
export function partialResponses(logger: Logger, metrics: Metrics | undefined): () => PartialResponse {
  const counter =
    metrics &&
    new Counter({
      name: 'gateway_parts_left_out_total',
      help: 'Parts left out of an answer because their service was unavailable',
      labelNames: ['part', 'reason'],
      registers: [metrics],
    })
  return () => {
    const missing = new Set<string>()
    return {
      optional: (name, promised, { refusable } = { refusable: false }) =>
        promised.catch((error: unknown) => {
          const tolerable = error instanceof UpstreamUnavailable || (refusable && error instanceof DomainError)
          if (!tolerable) throw error
          const reason = error instanceof UpstreamUnavailable ? error.reason : error.code
          missing.add(name)
          counter?.inc({ part: name, reason })
          logger.warn({ part: name, reason }, 'part left out')
          return undefined
        }),
      degraded: () => [...missing].sort(),
    }
  }
}
