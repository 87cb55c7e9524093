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
  /** Right before it, at the rate of the peak: what it is compared with, and, of all but the first, what comes after an overload. */
  readonly atPeak: Rung
  readonly overload: Rung
  /** Requests that the gateway's replicas counted as refused during the overload. */
  readonly counted: number
}

export interface OverloadObserved {
  /** Rates at which the capacity was looked for, in ascending order. */
  readonly rungs: readonly Rung[]
  readonly rounds: readonly Round[]
  /** Every request of every load. */
  readonly traffic: Traffic
}

/** Of the peak: what refusing costs, and no more. With more than the peak, it was none. */
const share = { min: 0.9, max: 1.2 }
/** Least goodput of the same load, of its most. With less, it was not the same machine. */
const alike = 0.75
/**
 * Time of a refusal, of that of a page beside it (p50 of both). What is refused passes the proxy and the gateway and comes back; a page also passes
 * three services with their proxies, and the gateway's event loop four times. It is no fixed number of milliseconds: where the generator and the whole
 * shop share two cores, the overload fills both, and each of these steps waits until the scheduler gives it one (4 ms each time). Measured there: 0.45
 * to 0.5; of the slowest of a hundred (p99), 0.21 to 0.71.
 */
const quickShare = 0.6
/** Of the peak: less is a difference, more may be chance. */
const nearly = 0.95
/** Answers in time per second; a machine that gives fewer at its best is busy with itself, and its refusals are late, too. */
const leastPeak = 10
/** Answer of the gateway's limit. */
export const refusal = '503 OVERLOADED'

/** The check that fails without the limit. */
export const keepsGoodput = 'goodput at twice the capacity, of its peak'
/** Holds without the limit as well: otherwise nothing was overloaded. */
export const wasOverloaded = 'requests offered, of the peak of goodput'

/** Most answers in time per second, at whatever rate. */
export const peakOf = (rungs: readonly Rung[]): number => Math.max(0, ...rungs.map(({ goodput }) => goodput.goodputPerSecond))

/** The least rate at which nearly as many are answered in time as at any; undefined when nothing was asked for. */
export const rungOfPeak = (rungs: readonly Rung[]): Rung | undefined =>
  rungs.find(({ goodput }) => goodput.goodputPerSecond >= nearly * peakOf(rungs))

/**
 * What the overload of a round is compared with: answers in time per second right before it, because the machine is not as fast at all times, and the best of
 * many steps was also the luckiest. But no collapse is taken for a slow machine: who refuses nothing may still work off what it took in the round before, so
 * that it is at least what was measured first; who refuses, not much less than that.
 */
function peakOfRound({ atPeak: { goodput }, overload }: Round, first: number): number {
  return Math.max(goodput.goodputPerSecond, hasRefused(overload) ? alike * first : first)
}

/** Whether a load that should have been too much was answered even better than the peak. */
export const wasNoOverload = (peak: number, { goodputPerSecond }: Goodput): boolean => goodputPerSecond > share.max * peak

/** Of several overloads, each compared with the peak beside it, the median counts: one bad moment of the machine is none of the gateway's. */
export function overloadVerdict({ maxInFlight, times, deadlineMs }: OverloadConfig, { rungs, rounds }: OverloadObserved): Check[] {
  const loads = rounds.map(({ overload }) => overload.goodput)
  const ofPeak = (value: (load: Goodput) => number): number | undefined =>
    middle(rounds, (round) => ratio(value(round.overload.goodput), peakOfRound(round, peakOf(rungs))))
  const kept = ofPeak(({ goodputPerSecond }) => goodputPerSecond)
  const refused = loads.map((load) => timesOf(load, refusal)?.count ?? 0).reduce((sum, count) => sum + count, 0)
  const counted = rounds.reduce((sum, round) => sum + round.counted, 0)
  const late = loads.find(({ generator }) => generator.inconclusive !== undefined)?.generator
  const unknownPeak = rungs.find(({ goodput }) => goodput.generator.inconclusive !== undefined)?.goodput.generator.inconclusive
  // Had all late requests been in time: if that is not enough either, the lateness is not the reason.
  const atBest = ofPeak((load) => load.goodputPerSecond + (late?.lateShare ?? 0) * load.offeredPerSecond) ?? 0
  const missed = atBest >= share.min ? late?.inconclusive : undefined
  const changed = speedChanged(kept, peakOf(rungs), rounds)
  return [
    equals('the gateway limits its requests in flight', true, maxInFlight > 0),
    ...doubted(unknownPeak, [
      within(
        wasOverloaded,
        { min: times * 0.95 },
        ofPeak(({ offeredPerSecond }) => offeredPerSecond),
      ),
      ...doubted(missed ?? changed, [within(keepsGoodput, share, kept)]),
    ]),
    ...doubted(late?.inconclusive ?? changed, [
      within('requests refused at once', { min: 1 }, refused === 0 ? undefined : refused),
      equals(`answers other than 200 or ${refusal}`, {}, others(loads)),
    ]),
    within('requests that the gateway counted as refused', { min: refused }, counted),
    ...doubted(late?.inconclusive ?? changed, [
      within('time of a refusal, of that of a page (p50)', { max: quickShare }, middle(loads, quickness)),
      // Who is told later has waited for nothing.
      within(
        'ms of a refusal (p99)',
        { max: deadlineMs },
        middle(loads, (load) => timesOf(load, refusal)?.p99Ms),
      ),
    ]),
  ]
}

/** Why the overloads do not say what the gateway makes of them; undefined when they do. */
function speedChanged(kept: number | undefined, first: number, rounds: readonly Round[]): string | undefined {
  if (first < leastPeak)
    return `this machine is too slow: at most ${first} answers in time per second, and fewer than ${leastPeak} say nothing`
  const beside = rounds.map(({ atPeak }) => atPeak.goodput.goodputPerSecond)
  const changes = (told: string): string => `the speed of this machine changes: ${told}`
  if (kept !== undefined && kept > share.max) {
    const inTime = rounds.map(({ overload }) => overload.goodput.goodputPerSecond)
    return changes(`at most ${beside.join(', ')} answers in time per second, and asked for more, ${inTime.join(', ')}`)
  }
  // Who has refused nothing may still work off what it took, so that being slow, now and then or afterwards, is its own doing.
  if (!rounds.every(({ overload }) => hasRefused(overload))) return undefined
  if (Math.min(...beside) < alike * Math.max(first, ...beside))
    return changes(`of the same load, at first ${first} and then ${beside.join(', ')} answers in time per second`)
  return undefined
}

const hasRefused = ({ goodput }: Rung): boolean => timesOf(goodput, refusal) !== undefined

const timesOf = ({ outcomes }: Goodput, what: string): OutcomeSummary | undefined => outcomes.find(({ outcome }) => outcome === what)

/** Time of a refusal, of that of a page (p50 of both). */
function quickness(load: Goodput): number | undefined {
  const [told, served] = [timesOf(load, refusal), timesOf(load, '200')]
  return told && served && ratio(told.p50Ms, served.p50Ms)
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
    summary: `At its best the shop answered ${Math.round(middle(rounds, (round) => peakOfRound(round, peakOf(rungs))) ?? 0)} pages per second within ${deadlineMs} ms; ${asked} (median of ${rounds.length} times): ${told}. Asking used ${of(({ generator }) => generator.cores)} cores.`,
    traffic: [traffic],
  }
}

/** Undefined when there is nothing to compare with. */
const ratio = (one: number, other: number): number | undefined => (other > 0 ? Math.round((one / other) * 1000) / 1000 : undefined)
