import { nextLimit } from './in-flight-limit.ts'
import { QuickestService, type SeenOfCalls } from './quickest-service.ts'
import { type Begun, RecentRequests } from './recent-requests.ts'

/**
 * Milliseconds of work in one turn of the event loop. Each request waits one turn to be read or refused, and some more for the answers of other
 * services; more work in each turn only makes all of them wait longer. With half of 5 ms, refusals take less than 5 ms (99 of 100).
 */
export const targetTurnMs = 2.5
/**
 * Whatever is seen, so many recent requests may be in flight. With fewer, a process that others keep from its CPU would do nothing. Where calls are slow,
 * it is also how many of those who were let in wait for each other.
 */
export const leastInFlight = { longTurns: 16, slowCalls: 8 }
/** Before anything is known, and when all is quiet, so many recent requests may be in flight. */
export const calmInFlight = 64
/** ms. With `leastInFlight`, what is taken each second however slow everything is: a busy machine refuses nobody who comes now and then. */
export const recentMs = 250

export interface AdaptiveLimitOptions {
  /** Requests in flight at once, at most; 0: no limit at all. */
  readonly most: number
  /** ms. When even calls to the service that answers soonest take longer, fewer are let in; 0: their time does not count. */
  readonly slowCallMs: number
}

/**
 * How many requests may be in flight, out of what was seen; time is passed in (ms), so that it is a matter of numbers.
 *
 * Two things make requests wait. Their own work fills this process's event loop: its turns get long. Or others have the CPUs that this process, its
 * proxy and the services behind it need: calls get slow, to whatever service. Neither happens when one service behind us hangs: then more requests may
 * wait, and refusing them would take away answers that can do without that service.
 */
export class AdaptiveLimit {
  readonly #slowCallMs: number
  readonly #requests = new RecentRequests(recentMs)
  readonly #calls = new QuickestService()
  #most: number
  #limits: Readonly<Record<keyof typeof leastInFlight, number>>
  #peak = 0

  constructor({ most, slowCallMs }: AdaptiveLimitOptions) {
    this.#slowCallMs = slowCallMs
    this.#most = most
    this.#limits = this.#calmLimits
  }

  get most(): number {
    return this.#most
  }

  /** Holds from the next request on. */
  set most(value: number) {
    this.#most = value
    this.#limits = this.#calmLimits
  }

  /** Recent requests that may be in flight now. */
  get limit(): number {
    return Math.min(this.#limits.longTurns, this.#limits.slowCalls)
  }

  get inFlight(): number {
    return this.#requests.all
  }

  /** Whether requests wait, so that fewer are let in than in quiet times. */
  get isStrained(): boolean {
    return this.limit < this.#calm
  }

  isFull(nowMs: number): boolean {
    return this.#most > 0 && (this.#requests.all >= this.#most || this.#requests.recent(nowMs) >= this.limit)
  }

  /** @returns what `end` must be told */
  begin(nowMs: number): Begun {
    const begun = this.#requests.begin(nowMs)
    this.#peak = Math.max(this.#peak, this.#requests.recent(nowMs))
    return begun
  }

  end(begun: Begun): void {
    this.#requests.end(begun)
  }

  /** A call to another service that was answered. */
  answered(service: string, ms: number): void {
    this.#calls.answered(service, ms)
  }

  /** A stretch of time is over. @param turnMs CPU time of a mean turn of the event loop in it */
  endStretch(turnMs: number, nowMs: number): void {
    const calls = this.#calls.endStretch()
    const { longTurns, slowCalls } = this.#limits
    this.#limits = {
      longTurns: this.#next(longTurns, { tookMs: turnMs, mayTakeMs: targetTurnMs, least: leastInFlight.longTurns }),
      slowCalls: calls && this.#slowCallMs > 0 ? this.#nextOfCalls(slowCalls, calls, this.#slowCallMs) : slowCalls,
    }
    this.#peak = this.#requests.recent(nowMs)
  }

  /** There was nothing to do for a while: what was seen before says nothing any more. */
  rest(): void {
    this.#calls.forget()
    this.#peak = 0
    this.#limits = this.#calmLimits
  }

  get #calm(): number {
    return Math.min(calmInFlight, this.#most)
  }

  get #calmLimits(): Readonly<Record<keyof typeof leastInFlight, number>> {
    return { longTurns: this.#calm, slowCalls: this.#calm }
  }

  /** Fewer when calls are slow all the time; more as soon as they are not, and then no longer, because what is let in now slows down calls later. */
  #nextOfCalls(limit: number, { latestMs, leastMs }: SeenOfCalls, mayTakeMs: number): number {
    const tookMs = Math.max(leastMs, Math.min(latestMs, mayTakeMs))
    return this.#next(limit, { tookMs, mayTakeMs, least: leastInFlight.slowCalls })
  }

  #next(limit: number, { least, ...took }: { tookMs: number; mayTakeMs: number; least: number }): number {
    const most = this.#most
    return nextLimit(limit, { ...took, peak: this.#peak }, { least: Math.min(least, most), calm: this.#calm, most })
  }
}
