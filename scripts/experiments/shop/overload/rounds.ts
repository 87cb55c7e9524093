import type { Load, Stretch } from './climb.ts'
import { peakOf, type Round, type Rung, wasNoOverload } from './verdict.ts'

/** Requests/s; fewer prove nothing. */
const leastRate = 50
/** Several, because one bad moment of the machine is no overload. */
const count = 3
const overload: Stretch = { warmUp: 1.5, seconds: 3 }
/** Well within the capacity, to see whether the machine is still what it was. */
const afterwards = { ofPeak: 0.8, stretch: { warmUp: 0.5, seconds: 1.5 } }
/** Times that the peak may turn out to be higher; then the machine changes its speed too often. */
const mostCorrections = 3

export interface Overloads {
  readonly load: Load
  /** Requests refused so far, as the gateway counts them. */
  readonly refused: () => Promise<number>
  readonly progress: (text: string) => void
}

/**
 * Asks for a multiple of the peak, several times, and for less than the peak after each. When the shop answers more than at its peak, it was not
 * overloaded: the machine was slower when the peak was measured. Then this is the peak, and all begins again.
 * @returns the rungs, with those that turned out to be some
 */
export async function overloads(
  { load, refused, progress }: Overloads,
  measured: readonly Rung[],
  times: number,
): Promise<{ readonly rungs: readonly Rung[]; readonly rounds: readonly Round[] }> {
  const rungs = [...measured]
  let rounds: Round[] = []
  for (let corrections = 0; rounds.length < count; ) {
    const peak = peakOf(rungs)
    const rate = Math.max(leastRate, Math.round(peak * times))
    if (rounds.length === 0) progress(`at most ${peak} answers in time per second; now ${rate} requests per second`)
    const before = await refused()
    const goodput = await load(rate, overload)
    const counted = (await refused()) - before
    const outcomes = goodput.outcomes.map(({ outcome, count: of, p99Ms }) => `${of} × ${outcome} (p99 ${p99Ms} ms)`).join(', ')
    progress(`${goodput.goodputPerSecond} answers in time per second; ${outcomes}; the generator used ${goodput.generator.cores} cores`)
    if (wasNoOverload(peak, goodput) && corrections < mostCorrections) {
      corrections += 1
      rungs.push({ rate, goodput })
      rounds = []
      continue
    }
    const ratedAfter = Math.max(leastRate, Math.round(peak * afterwards.ofPeak))
    rounds.push({ overload: { rate, goodput }, counted, after: { rate: ratedAfter, goodput: await load(ratedAfter, afterwards.stretch) } })
  }
  return { rungs, rounds }
}
