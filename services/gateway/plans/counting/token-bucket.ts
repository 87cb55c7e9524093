import type { Throttle } from '../../../shared/contracts/api/usage-plans.ts'
import type { Taken } from './counting.ts'

/** After a request asked for a token. */
export interface BucketAfter extends Taken {
  /** When the bucket is full again, if nobody takes more; ms since 1970. All that must be remembered of a bucket. */
  readonly fullAtMs: number
}

/**
 * A bucket that holds `burst` tokens and gets `rate` new ones a second. Each request takes one, and none that is not there. (The generic cell rate
 * algorithm: one number instead of a level and a time.)
 */
export function takeToken({ rate, burst }: Throttle, fullAtMs: number, nowMs: number): BucketAfter {
  const tokenMs = 1000 / rate
  const before = Math.max(fullAtMs, nowMs)
  const after = before + tokenMs
  const missingMs = after - nowMs - burst * tokenMs
  // Rounding of times since 1970 leaves less than a microsecond.
  if (missingMs > 0.001) return { admitted: false, left: 0, waitMs: missingMs, fullAtMs: before }
  return { admitted: true, left: Math.floor((burst * tokenMs - (after - nowMs)) / tokenMs + 1e-6), waitMs: after - nowMs, fullAtMs: after }
}

/**
 * The same where replicas share the buckets: by Redis's clock. KEYS: the bucket; ARGV: rate, burst → whether there was a token (1 or 0), how many are left, ms
 * as `waitMs`. Redis keeps a bucket until it is full, which is what one that it does not know is.
 */
export const takeTokenInRedis = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local tokenMs = 1000 / ARGV[1]
local fullMs = ARGV[2] * tokenMs
local after = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + tokenMs
local missing = after - now - fullMs
if missing > 0.001 then return { 0, 0, math.ceil(missing) } end
redis.call('SET', KEYS[1], string.format('%.3f', after), 'PX', math.ceil(after - now) + 1)
return { 1, math.floor((fullMs - (after - now)) / tokenMs + 0.000001), math.ceil(after - now) }
`
