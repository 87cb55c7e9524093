import { RateLimiterRes } from 'rate-limiter-flexible'

export interface Consumed {
  readonly admitted: boolean
  readonly left: number
  /** False: it was refused without being counted. */
  readonly counted: boolean
}

/** A refusal of rate-limiter-flexible is a rejection with its result. Whatever else it rejects with is a failure. */
export const outcomeOf = (consumption: Promise<RateLimiterRes>): Promise<Consumed> =>
  consumption.then(
    ({ remainingPoints }) => ({ admitted: true, left: remainingPoints, counted: true }),
    (refusal: unknown) => {
      if (refusal instanceof RateLimiterRes) return { admitted: false, left: 0, counted: refusal.consumedPoints > 0 }
      throw refusal
    },
  )
