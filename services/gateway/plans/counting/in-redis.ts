import type { Redis, Result } from 'ioredis'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import type { Counting, PeriodCount } from './counting.ts'
import { outcomeOf } from './outcome.ts'
import { takeTokenInRedis } from './token-bucket.ts'

declare module 'ioredis' {
  interface RedisCommander<Context> {
    takeToken(bucket: string, rate: number, burst: number): Result<[admitted: number, left: number, waitMs: number], Context>
  }
}

/**
 * Counts in Redis, for all replicas. What is refused is then refused here, without asking, until there is a place again: a flood costs Redis nothing.
 * Every method rejects when Redis does not answer.
 * @param prefix of all keys in Redis
 */
export function countInRedis(redis: Redis, prefix: string): Counting {
  redis.defineCommand('takeToken', { numberOfKeys: 1, lua: takeTokenInRedis })
  const emptyUntil = new Map<string, number>()
  const limiters = new Map<number, RateLimiterRedis>()

  const limiterOf = (limit: number): RateLimiterRedis => {
    const known = limiters.get(limit)
    if (known) return known
    // Blocked here for a second, not to the end of the period: what another limit refuses is counted back, and then there is a place again.
    const block = { inMemoryBlockOnConsumed: limit + 1, inMemoryBlockDuration: 1 }
    const made = new RateLimiterRedis({ storeClient: redis, points: limit, duration: 0, keyPrefix: `${prefix}period`, ...block })
    limiters.set(limit, made)
    return made
  }
  const keyOf = ({ key, period }: PeriodCount): string => `${period.label}:${key}`
  const expiry = ({ period }: PeriodCount) => ({ customDuration: Math.max(1, Math.ceil((period.endMs - Date.now()) / 1000)) })

  return {
    take: async (bucket, { rate, burst }) => {
      const stillEmptyMs = (emptyUntil.get(bucket) ?? 0) - Date.now()
      if (stillEmptyMs > 0) return { admitted: false, left: 0, waitMs: stillEmptyMs }
      const [admitted, left, waitMs] = await redis.takeToken(`${prefix}bucket:${bucket}`, rate, burst)
      if (admitted === 0) emptyUntil.set(bucket, Date.now() + waitMs)
      return { admitted: admitted === 1, left, waitMs }
    },
    count: async (request) => {
      const limiter = limiterOf(request.limit)
      const { admitted, left, counted } = await outcomeOf(limiter.consume(keyOf(request), 1, expiry(request)))
      if (!admitted && counted) await limiter.reward(keyOf(request), 1, expiry(request))
      return { admitted, left, waitMs: request.period.endMs - Date.now() }
    },
    uncount: async (request) => {
      await limiterOf(request.limit).reward(keyOf(request), 1, expiry(request))
    },
    counted: async (request) => Math.min((await limiterOf(request.limit).get(keyOf(request)))?.consumedPoints ?? 0, request.limit),
  }
}
