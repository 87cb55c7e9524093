import type { Availability } from './availability.ts'
import { type Counting, CountingUnavailable, type Taken } from './counting.ts'

/** What happens to requests while Redis is away: each replica counts its own, none is counted, or none is taken. */
export type RedisAway = 'count-locally' | 'admit' | 'refuse'

/** Counts for all replicas, and as `away` says while that is impossible. Rejects with nothing but `CountingUnavailable`. */
export function countWithFallback(shared: Counting, local: Counting, away: RedisAway, availability: Availability): Counting {
  const uncounted = (left: number): Taken => ({ admitted: true, left, waitMs: 0 })
  const attempt = async <Result>(ask: () => Promise<Result> | Result, otherwise: () => Promise<Result> | Result): Promise<Result> => {
    if (availability.mayTry()) {
      try {
        const result = await ask()
        availability.succeeded()
        return result
      } catch (error) {
        availability.failed(error)
      }
    }
    return otherwise()
  }
  const fallback = <Result>(counted: () => Promise<Result> | Result, free: Result) => {
    if (away === 'refuse') throw new CountingUnavailable()
    return away === 'admit' ? free : counted()
  }
  return {
    take: (bucket, throttle) =>
      attempt(
        () => shared.take(bucket, throttle),
        () => fallback(() => local.take(bucket, throttle), uncounted(throttle.burst)),
      ),
    count: (request) =>
      attempt(
        () => shared.count(request),
        () => fallback(() => local.count(request), uncounted(request.limit)),
      ),
    uncount: (request) =>
      attempt(
        () => shared.uncount(request),
        () => local.uncount(request),
      ),
    counted: (request) =>
      attempt(
        () => shared.counted(request),
        () => local.counted(request),
      ),
  }
}
