import { type Check, doubted, equals, within } from '../../../checks/check.ts'
import { percentile } from '../../../checks/percentile.ts'
import type { Goodput, OutcomeSummary } from '../../../load/open-loop/goodput.ts'
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

/** One overload. */
export interface Round {
  readonly overload: Rung
  /** Requests that the gateway's replicas counted as refused during the overload. */
  readonly counted: number
  /** Right after it, well within the capacity that was measured before. */
  readonly after: Rung
}

export interface OverloadObserved {
  /** Rates at which the capacity was looked for. */
  readonly rungs: readonly Rung[]
  readonly rounds: readonly Round[]
  /** Every request of every load. */
  readonly traffic: Traffic
}

/** Of the peak: what refusing costs, and no more. With more than the peak, it was none. */
const share = { min: 0.9, max: 1.2 }
/** Least goodput of the overloads, of their most. With less, they were not the same overload. */
const alike = 0.75
/** Answers in time, of those that are asked for well within the capacity. With fewer, this machine has become slower meanwhile. */
const stillKeptUp = 0.9
/**
 * Time of a refusal, of that of a page beside it (p99 of both). What is refused passes the proxy and the gateway and comes back; a page also passes
 * three services with their proxies, and the gateway's event loop four times. It is no fixed number of milliseconds: where the generator and the whole
 * shop share two cores, the overload fills both, and each of these steps waits until the scheduler gives it one (4 ms each time). Measured there: 0.21
 * to 0.71, mostly about 0.55.
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

/** Whether a load that should have been too much was answered even better than the peak. */
export const wasNoOverload = (peak: number, { goodputPerSecond }: Goodput): boolean => goodputPerSecond > share.max * peak

/** Of several overloads the median counts: one bad moment of the machine is none of the gateway's. */
export function overloadVerdict({ maxInFlight, times, deadlineMs }: OverloadConfig, { rungs, rounds }: OverloadObserved): Check[] {
  const peak = peakOf(rungs)
  const loads = rounds.map(({ overload }) => overload.goodput)
  const goodputPerSecond = middle(loads, ({ goodputPerSecond: of }) => of) ?? 0
  const offeredPerSecond = middle(loads, (load) => load.offeredPerSecond) ?? 0
  const refused = loads.map((load) => timesOf(load, refusal)?.count ?? 0).reduce((sum, count) => sum + count, 0)
  const counted = rounds.reduce((sum, round) => sum + round.counted, 0)
  const late = loads.find(({ generator }) => generator.inconclusive !== undefined)?.generator
  const unknownPeak = rungs.find(({ goodput }) => goodput.generator.inconclusive !== undefined)?.goodput.generator.inconclusive
  // Had all late requests been in time: if that is not enough either, the lateness is not the reason.
  const atBest = goodputPerSecond + (late?.lateShare ?? 0) * offeredPerSecond
  const missed = atBest >= share.min * peak ? late?.inconclusive : undefined
  const changed = speedChanged(peak, rounds)
  return [
    equals('the gateway limits its requests in flight', true, maxInFlight > 0),
    ...doubted(unknownPeak, [
      within(wasOverloaded, { min: times * 0.95 }, ratio(offeredPerSecond, peak)),
      ...doubted(missed ?? changed, [within(keepsGoodput, share, ratio(goodputPerSecond, peak))]),
    ]),
    ...doubted(late?.inconclusive ?? changed, [
      within('requests refused at once', { min: 1 }, refused === 0 ? undefined : refused),
      equals(`answers other than 200 or ${refusal}`, {}, others(loads)),
    ]),
    within('requests that the gateway counted as refused', { min: refused }, counted),
    ...doubted(late?.inconclusive ?? changed, [
      within('time of a refusal, of that of a page (p99)', { max: quickShare }, middle(loads, quickness)),
      // Who is told later has waited for nothing.
      within(
        'ms of a refusal (p99)',
        { max: deadlineMs },
        middle(loads, (load) => timesOf(load, refusal)?.p99Ms),
      ),
    ]),
  ]
}

/** Why the capacity that was measured before is not the one of the overload; undefined when it is. */
function speedChanged(peak: number, rounds: readonly Round[]): string | undefined {
  const inTime = rounds.map(({ overload }) => overload.goodput.goodputPerSecond)
  const most = Math.max(0, ...inTime)
  if ((middle(inTime, (of) => of) ?? 0) > share.max * peak)
    return `the speed of this machine changes: at most ${peak} answers in time per second, and then ${inTime.join(', ')}`
  // Who has refused nothing may still work off what it took, so that being slow, now and then or afterwards, is its own doing.
  if (rounds.some(({ overload }) => timesOf(overload.goodput, refusal) === undefined)) return undefined
  if (Math.min(...inTime) < alike * most)
    return `the speed of this machine changes: of the same load, ${inTime.join(', ')} answers in time per second`
  const after = rounds.map((round) => round.after)
  if ((middle(after, ({ goodput }) => goodput.inTime / goodput.requests) ?? 0) < stillKeptUp)
    return `this machine has become slower: ${peak} answers in time per second before, and afterwards ${after.map(({ goodput }) => goodput.goodputPerSecond).join(', ')} of ${after[0]?.rate}`
  return undefined
}

const timesOf = ({ outcomes }: Goodput, what: string): OutcomeSummary | undefined => outcomes.find(({ outcome }) => outcome === what)

/** Time of a refusal, of that of a page (p99 of both). */
function quickness(load: Goodput): number | undefined {
  const [told, served] = [timesOf(load, refusal), timesOf(load, '200')]
  return told && served && ratio(told.p99Ms, served.p99Ms)
}

/** What was neither served nor refused, and how often. */
function others(loads: readonly Goodput[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { outcome, count } of loads.flatMap(({ outcomes }) => outcomes))
    if (outcome !== '200' && outcome !== refusal) counts[outcome] = (counts[outcome] ?? 0) + count
  return counts
}

/** Median; undefined when a value is missing. */
function middle<T>(of: readonly T[], value: (one: T) => number | undefined): number | undefined {
  const values = of.map(value)
  const known = values.filter((one) => one !== undefined)
  return known.length < values.length ? undefined : percentile(known, 0.5)
}

/** In words, with the numbers of this observation. */
export function overloadStory({ deadlineMs }: OverloadConfig, { rungs, rounds, traffic }: OverloadObserved): Story {
  const loads = rounds.map(({ overload }) => overload.goodput)
  const of = (value: (load: Goodput) => number | undefined, among = loads): number | undefined => middle(among, value)
  const refusing = loads.filter((load) => timesOf(load, refusal) !== undefined)
  const refused = of((load) => timesOf(load, refusal)?.count, refusing)
  const halfWithin = (what: string): number | undefined => of((load) => timesOf(load, what)?.p50Ms, refusing)
  const told =
    refused === undefined
      ? 'none was refused'
      : `${refused} were refused, half of them within ${halfWithin(refusal)} ms, and half of the pages came within ${halfWithin('200')} ms`
  const asked = `asked for ${Math.round(of((load) => load.offeredPerSecond) ?? 0)}, it answered ${Math.round(of((load) => load.goodputPerSecond) ?? 0)} in time`
  return {
    summary: `At its best the shop answered ${Math.round(peakOf(rungs))} pages per second within ${deadlineMs} ms; ${asked} (median of ${rounds.length} times): ${told}. Asking used ${of(({ generator }) => generator.cores)} cores.`,
    traffic: [traffic],
  }
}

/** Undefined when there is nothing to compare with. */
const ratio = (one: number, other: number): number | undefined => (other > 0 ? Math.round((one / other) * 1000) / 1000 : undefined)
