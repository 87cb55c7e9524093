import { climbFrom, type Load, type Stretch } from './climb.ts'
import { peakOf, type Round, type Rung, rungOfPeak, wasNoOverload } from './verdict.ts'

/** Requests/s; of fewer there are too few to count. */
const leastRate = 20
/** Several, because one bad moment of the machine is no overload. */
const count = 5
const overload: Stretch = { warmUp: 1.5, seconds: 4 }
/** What was the best of many steps was also the luckiest: asked again beside each overload, the peak is compared as it is. */
const again: Stretch = { warmUp: 0.5, seconds: 4 }
/** Times that the peak may turn out to be higher; more, and the machine changes its speed too often. */
const mostCorrections = 1

export interface Overloads {
  readonly load: Load
  /** Requests refused so far, as the gateway counts them. */
  readonly refused: () => Promise<number>
  readonly progress: (text: string) => void
}

/**
 * Asks for a multiple of the peak, several times, and for the rate of the peak before each. When the shop answers more than at its peak, it was not
 * overloaded: the machine was slower when the peak was measured. Then the peak is looked for again, and all begins again.
 * @returns the steps of the last climb
 */
export async function overloads(
  { load, refused, progress }: Overloads,
  climbed: readonly Rung[],
  times: number,
): Promise<{ readonly rungs: readonly Rung[]; readonly rounds: readonly Round[] }> {
  const atRate = async (rate: number, stretch: Stretch): Promise<Rung> => ({ rate, goodput: await load(rate, stretch) })
  let rungs = climbed
  let rounds: Round[] = []
  for (let corrections = 0; rounds.length < count; ) {
    const peak = peakOf(rungs)
    if (rounds.length === 0) progress(`at most ${peak} answers in time per second; now ${times} times as many requests`)
    const atPeak = await atRate(rungOfPeak(rungs)?.rate ?? leastRate, again)
    const before = await refused()
    const overloaded = await atRate(Math.max(leastRate, Math.round(Math.max(peak, atPeak.goodput.goodputPerSecond) * times)), overload)
    const counted = (await refused()) - before
    progress(inWords(atPeak, overloaded))
    if (wasNoOverload(peak, overloaded.goodput) && corrections < mostCorrections) {
      corrections += 1
      rungs = await climbFrom(overloaded.goodput.goodputPerSecond, load)
      rounds = []
      continue
    }
    rounds.push({ atPeak, overload: overloaded, counted })
  }
  return { rungs, rounds }
}

function inWords(atPeak: Rung, { rate, goodput }: Rung): string {
  const outcomes = goodput.outcomes.map(({ outcome, count: of, p99Ms }) => `${of} × ${outcome} (p99 ${p99Ms} ms)`).join(', ')
  const told = `${atPeak.goodput.goodputPerSecond} answers in time per second of ${atPeak.rate}, and ${goodput.goodputPerSecond} of ${rate}`
  return `${told}; ${outcomes}; the generator used ${goodput.generator.cores} cores`
}
