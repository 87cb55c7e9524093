import type { Goodput } from '../../../load/open-loop/goodput.ts'
import type { Rung } from './verdict.ts'

/** How long a load lasts, in s. */
export interface Stretch {
  /** Not counted. */
  readonly warmUp: number
  readonly seconds: number
}

/** One open-loop load, `rate` in requests/s. */
export type Load = (rate: number, stretch: Stretch) => Promise<Goodput>

/** Requests/s of the first step. */
const firstRate = 10
/**
 * From one step to the next: first to find about where the capacity is, then, from somewhat below, to find its peak. `tooSteep`: steps in a row that the
 * shop does not keep up with, and after which it is not asked for more.
 */
const coarse = { steeper: 2, tooSteep: 1, stretch: { warmUp: 0.5, seconds: 1 } }
const fine = { steeper: 1.2, tooSteep: 2, stretch: { warmUp: 0.5, seconds: 2.5 } }
const below = 0.7
/** Beyond it, requests/s, the generator needs a core for itself. */
const steepest = 6_400
/**
 * A process that has just begun needs several times the CPU for a page: what it runs is compiled when it has run a few thousand times. Until then it is
 * asked for somewhat more than it answers. `still`: loads in a row that are not answered better than those before.
 */
const warm = { firstRate: 100, steeper: 1.3, better: 1.05, still: 3, most: 10, stretch: { warmUp: 0, seconds: 6 } }
/** Answers in time, of the requests of a step that the shop keeps up with. */
const keptUp = 0.9

/** Loads until the shop is as fast as it gets. */
export async function warmUp(load: Load): Promise<void> {
  let best = 0
  for (let loads = 0, still = 0; loads < warm.most && still < warm.still; loads += 1) {
    const { goodputPerSecond } = await load(Math.max(warm.firstRate, Math.round(best * warm.steeper)), warm.stretch)
    still = goodputPerSecond > best * warm.better ? 0 : still + 1
    best = Math.max(best, goodputPerSecond)
  }
}

/**
 * Finds the peak of goodput: doubles the rate until the shop keeps up no longer, and climbs again from below the last rate that it kept up with, in
 * small steps. What it does not keep up with is tried twice and the better of both counts, because one bad moment is not the capacity.
 * @returns the small steps, in ascending order; it did not keep up with the last two
 */
export async function climb(load: Load): Promise<Rung[]> {
  const kept = (await stepsOf(load, firstRate, coarse)).findLast(({ goodput }) => wasKept(goodput))
  return climbFrom(kept?.rate, load)
}

/** The small steps alone. @param rate requests/s, about the capacity; undefined: not even the first coarse step was kept up with */
export const climbFrom = (rate: number | undefined, load: Load): Promise<Rung[]> =>
  stepsOf(load, rate === undefined ? firstRate : Math.max(firstRate, Math.round(rate * below)), fine)

async function stepsOf(load: Load, from: number, { steeper, tooSteep, stretch }: typeof coarse): Promise<Rung[]> {
  const steps: Rung[] = []
  for (let rate = from; rate <= steepest; rate = Math.round(rate * steeper)) {
    const tried = await load(rate, stretch)
    const goodput = wasKept(tried) ? tried : better(tried, await load(rate, stretch))
    steps.push({ rate, goodput })
    if (steps.slice(-tooSteep).filter((step) => !wasKept(step.goodput)).length === tooSteep) break
  }
  return steps
}

const better = (one: Goodput, other: Goodput): Goodput => (one.inTime > other.inTime ? one : other)

const wasKept = ({ generator, inTime, requests }: Goodput): boolean => generator.inconclusive === undefined && inTime >= keptUp * requests
