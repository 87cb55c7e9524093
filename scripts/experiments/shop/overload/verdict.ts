import { type Check, doubted, equals, within } from '../../../checks/check.ts'
import type { Goodput } from '../../../load/open-loop/goodput.ts'
import type { Story } from '../../core/experiment.ts'
import type { Traffic } from '../../core/result.ts'

/** What the gateway promises, and how it is asked. */
export interface OverloadConfig {
  /** Requests in flight that each gateway replica takes at most; 0: no limit, and nothing can be claimed. */
  readonly maxInFlight: number
  readonly path: string
  readonly deadlineMs: number
  /** How often the capacity is asked for. */
  readonly times: number
}

/** One rate of the way up to the capacity, or beyond it. */
export interface Rung {
  /** Requests/s that were asked for. */
  readonly rate: number
  readonly goodput: Goodput
}

export interface OverloadObserved {
  /** Rates in ascending order; the last is the first that the shop did not keep up with. */
  readonly rungs: readonly Rung[]
  readonly overload: Rung
  /** Right after it, well within the capacity that was measured before. */
  readonly after: Rung
  /** Requests that the gateway's replicas counted as refused during the overload. */
  readonly counted: number
  /** Every request of every load. */
  readonly traffic: Traffic
}

/** Of the peak: what refusing costs, and no more. With more than the peak, it was none. */
const share = { min: 0.9, max: 1.2 }
/** Answers in time, of those that are asked for well within the capacity. With fewer, this machine has become slower meanwhile. */
const stillKeptUp = 0.9
/**
 * Time of a refusal, of that of a page beside it (p99 of both). What is refused passes the proxy and the gateway and comes back; a page also passes
 * three services with their proxies, and the gateway's event loop four times. It is no fixed number of milliseconds: where the generator and the whole
 * shop share two cores, the overload fills both, and each of these steps waits until the scheduler gives it one (4 ms each time). Measured there: 0.51
 * to 0.70, while others used the machine as well.
 */
const quickShare = 0.6
/** Answer of the gateway's limit. */
export const refusal = '503 OVERLOADED'

/** The check that fails without the limit. */
export const keepsGoodput = 'goodput at twice the capacity, of its peak'
/** Holds without the limit as well: otherwise nothing was overloaded. */
export const wasOverloaded = 'requests offered, of the peak of goodput'

/** Most answers in time per second, at whatever rate. */
export const peakOf = (rungs: readonly Rung[]): number => Math.max(0, ...rungs.map(({ goodput }) => goodput.goodputPerSecond))

export function overloadVerdict(
  { maxInFlight, times, deadlineMs }: OverloadConfig,
  { rungs, overload, after, counted }: OverloadObserved,
): Check[] {
  const peak = peakOf(rungs)
  const { goodputPerSecond, offeredPerSecond, outcomes, generator } = overload.goodput
  const refused = outcomes.find(({ outcome }) => outcome === refusal)
  const served = outcomes.find(({ outcome }) => outcome === '200')
  const other = outcomes.filter(({ outcome }) => outcome !== '200' && outcome !== refusal)
  const unknownPeak = rungs.find(({ goodput }) => goodput.generator.inconclusive !== undefined)?.goodput.generator.inconclusive
  // Had all late requests been in time: if that is not enough either, the lateness is not the reason.
  const atBest = goodputPerSecond + generator.lateShare * offeredPerSecond
  const missed = atBest >= share.min * peak ? generator.inconclusive : undefined
  const changed = speedChanged(peak, overload, after)
  return [
    equals('the gateway limits its requests in flight', true, maxInFlight > 0),
    ...doubted(unknownPeak, [
      within(wasOverloaded, { min: times * 0.95 }, ratio(offeredPerSecond, peak)),
      ...doubted(missed ?? changed, [within(keepsGoodput, share, ratio(goodputPerSecond, peak))]),
    ]),
    ...doubted(generator.inconclusive, [
      within('requests refused at once', { min: 1 }, refused?.count),
      equals(`answers other than 200 or ${refusal}`, {}, Object.fromEntries(other.map(({ outcome, count }) => [outcome, count]))),
    ]),
    within('requests that the gateway counted as refused', { min: refused?.count ?? 0 }, counted),
    ...doubted(generator.inconclusive ?? changed, [
      within('time of a refusal, of that of a page (p99)', { max: quickShare }, refused && served && ratio(refused.p99Ms, served.p99Ms)),
      // Who is told later has waited for nothing.
      within('ms of a refusal (p99)', { max: deadlineMs }, refused?.p99Ms),
    ]),
  ]
}

/** Why the capacity that was measured before is not the one of the overload; undefined when it is. */
function speedChanged(peak: number, overload: Rung, after: Rung): string | undefined {
  const { goodputPerSecond } = overload.goodput
  if (goodputPerSecond > share.max * peak)
    return `the speed of this machine changes: at most ${peak} answers in time per second, and then ${goodputPerSecond}`
  // Who has refused nothing may still work off what it took, so that being slow afterwards is its own doing.
  const hasRefused = overload.goodput.outcomes.some(({ outcome }) => outcome === refusal)
  if (hasRefused && after.goodput.inTime < stillKeptUp * after.goodput.requests)
    return `this machine has become slower: ${peak} answers in time per second before, and afterwards ${after.goodput.goodputPerSecond} of ${after.rate}`
  return undefined
}

/** In words, with the numbers of this observation. */
export function overloadStory({ deadlineMs }: OverloadConfig, { rungs, overload: { goodput }, traffic }: OverloadObserved): Story {
  const { offeredPerSecond, goodputPerSecond, outcomes, generator } = goodput
  const refused = outcomes.find(({ outcome }) => outcome === refusal)
  const told = refused ? `${refused.count} were refused, half of them within ${refused.p50Ms} ms` : 'none was refused'
  return {
    summary: `At its best the shop answered ${Math.round(peakOf(rungs))} pages per second within ${deadlineMs} ms; asked for ${Math.round(offeredPerSecond)}, it answered ${Math.round(goodputPerSecond)} in time: ${told}. Asking used ${generator.cores} cores.`,
    traffic: [traffic],
  }
}

/** Undefined when there is nothing to compare with. */
const ratio = (one: number, other: number): number | undefined => (other > 0 ? Math.round((one / other) * 1000) / 1000 : undefined)
