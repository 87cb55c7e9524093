import type { Throttle } from '../../shared/contracts/api/usage-plans.ts'
import type { Taken } from './counting/counting.ts'

/** A limit that a request was counted against. */
export interface CountedLimit {
  /** What it is called in the answer: `rate`, `day`, `week`, `month`. */
  readonly name: string
  /** Requests that it allows in its window. */
  readonly quota: number
  readonly windowSeconds: number
  readonly taken: Taken
}

/** Seconds in which an empty bucket is full again. */
export const secondsToFill = ({ rate, burst }: Throttle): number => Math.max(1, Math.ceil(burst / rate))

const seconds = (ms: number): number => Math.ceil(ms / 1000)

/**
 * `RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-11: what each limit allows (`q` requests in `w` seconds), and what is left of it
 * (`r` requests in the next `t` seconds).
 */
export function rateLimitFields(limits: readonly CountedLimit[]): Readonly<Record<'ratelimit-policy' | 'ratelimit', string>> {
  return {
    'ratelimit-policy': limits.map(({ name, quota, windowSeconds }) => `"${name}";q=${quota};w=${windowSeconds}`).join(', '),
    ratelimit: limits.map(({ name, taken }) => `"${name}";r=${taken.left};t=${seconds(taken.waitMs)}`).join(', '),
  }
}

/** Of `Retry-After`: not before every limit that refused has a place again. */
export const retryAfterSeconds = (refused: readonly Taken[]): number => Math.max(1, ...refused.map(({ waitMs }) => seconds(waitMs)))
