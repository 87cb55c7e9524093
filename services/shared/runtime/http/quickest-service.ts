/** Stretches of time that make an interval: slow is what was slow all the time, so that a bad moment is none (as in CoDel, RFC 8289). */
const stretches = 3

/** Times of calls to the service that answers soonest: the shortest median of a stretch of time, in ms. */
export interface SeenOfCalls {
  /** Of the last stretch in which anything was answered. */
  readonly latestMs: number
  /** Least of the last three. */
  readonly leastMs: number
}

/**
 * How long calls take to the service that answers them soonest. When all services wait for the same CPUs, even that one is slow; when one hangs, or waits
 * for something that takes its time, the others are not.
 */
export class QuickestService {
  readonly #calls = new Map<string, number[]>()
  #seen: number[] = []

  /** A call that was answered: what has no answer says nothing about those who wait for the CPU. */
  answered(service: string, ms: number): void {
    const calls = this.#calls.get(service)
    if (calls) calls.push(ms)
    else this.#calls.set(service, [ms])
  }

  /** Ends a stretch of time. @returns undefined as long as there were fewer than three in which anything was answered */
  endStretch(): SeenOfCalls | undefined {
    if (this.#calls.size > 0) this.#seen = [...this.#seen, Math.min(...[...this.#calls.values()].map(median))].slice(-stretches)
    this.#calls.clear()
    const latestMs = this.#seen.at(-1)
    return latestMs === undefined || this.#seen.length < stretches ? undefined : { latestMs, leastMs: Math.min(...this.#seen) }
  }

  forget(): void {
    this.#calls.clear()
    this.#seen = []
  }
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? Number.POSITIVE_INFINITY
