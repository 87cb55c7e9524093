import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Throttle } from '../../../shared/contracts/api/usage-plans.ts'
import type { CurrentPeriod } from '../quota-period.ts'
import type { Counting, PeriodCount, Taken } from './counting.ts'
import { outcomeOf } from './outcome.ts'
import { takeToken } from './token-bucket.ts'

/** Counts in this process, for one replica; all is forgotten when it ends. */
export function countInMemory(now: () => number = Date.now): Counting {
  const fullAt = new Map<string, number>()
  const periods = new Map<string, { readonly limiter: RateLimiterMemory; readonly endMs: number }>()

  /** One for each period, without an expiry of its own: the timer of a month is longer than Node's timers can be, and would fire at once. */
  const limiterOf = ({ label, endMs }: CurrentPeriod, limit: number): RateLimiterMemory => {
    let known = periods.get(label)
    if (!known) {
      for (const [past, { endMs: end }] of periods) if (end <= now()) periods.delete(past)
      known = { limiter: new RateLimiterMemory({ points: limit, duration: 0 }), endMs }
      periods.set(label, known)
    }
    // Plans differ in it, and change.
    known.limiter.points = limit
    return known.limiter
  }

  return {
    take(bucket: string, throttle: Throttle): Taken {
      const { fullAtMs, ...taken } = takeToken(throttle, fullAt.get(bucket) ?? 0, now())
      fullAt.set(bucket, fullAtMs)
      return taken
    },
    count: async ({ key, period, limit }: PeriodCount) => {
      const limiter = limiterOf(period, limit)
      const { admitted, left, counted } = await outcomeOf(limiter.consume(key))
      if (!admitted && counted) await limiter.reward(key)
      return { admitted, left, waitMs: period.endMs - now() }
    },
    uncount: async ({ key, period, limit }) => {
      await limiterOf(period, limit).reward(key)
    },
    counted: async ({ key, period, limit }) => (await limiterOf(period, limit).get(key))?.consumedPoints ?? 0,
  }
}
