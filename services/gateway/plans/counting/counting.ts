import type { Throttle } from '../../../shared/contracts/api/usage-plans.ts'
import type { CurrentPeriod } from '../quota-period.ts'

/** What is left of a limit after a request asked for a place in it. */
export interface Taken {
  readonly admitted: boolean
  /** Requests that may come at once now. */
  readonly left: number
  /** When refused: ms until there is a place again. Else: ms until there are all. */
  readonly waitMs: number
}

/** Requests of one key in one period. */
export interface PeriodCount {
  /** Unique among what is counted, for example a key's id. */
  readonly key: string
  readonly period: CurrentPeriod
  readonly limit: number
}

/** Where requests are counted: in this process, or for all replicas. */
export interface Counting {
  /** Takes a token out of a bucket (`token-bucket.ts`). */
  take(bucket: string, throttle: Throttle): Promise<Taken> | Taken
  /** Counts a request in a period, unless the limit is reached. */
  count(request: PeriodCount): Promise<Taken>
  /** Takes back what `count` counted: the request was refused for another reason. */
  uncount(request: PeriodCount): Promise<void>
  /** Requests that were counted. */
  counted(request: PeriodCount): Promise<number>
}

/** Where requests are counted is out of reach. */
export class CountingUnavailable extends Error {
  override readonly name = 'CountingUnavailable'
}
