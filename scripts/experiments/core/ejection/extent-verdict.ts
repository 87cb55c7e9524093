import { broken, type Check, doubted, equals, within } from '../../../checks/check.ts'
import type { Story } from '../experiment.ts'
import { ofCaller } from '../of-caller.ts'
import type { Traffic } from '../result.ts'
import type { EjectionConfig } from './verdict.ts'

/** What the rule promises of several failing replicas, and of one that goes on failing. */
export interface ExtentConfig extends EjectionConfig {
  /** Name of the replica that fails as well, when the victim is out. */
  readonly second: string
  /** Replicas that may be out at the same time. */
  readonly mostAtOnce: number
  /** How long the victim is well after its return, before it fails again: 0, except in the control. */
  readonly wellMs: number
}

/** Times are `performance.now()` ms: of the last look before a change, and of the first after it. */
export interface Trip {
  readonly outBetween: readonly [number, number]
  /** Absent: it never returned. */
  readonly backBetween?: readonly [number, number]
}

export interface ExtentObserved {
  readonly callers: readonly CallerExtent[]
  readonly sent: number
  readonly succeeded: number
  /** The longest that an answer took. */
  readonly slowestMs: number
  /** What the senders saw, for the report. */
  readonly traffic?: readonly Traffic[]
}

export interface CallerExtent {
  readonly caller: string
  /** Most replicas that were out at the same time. */
  readonly atOnce: number
  /** Ejections that the percentage forbade, and those that came to pass, by the proxy; undefined where it does not count them. */
  readonly refused: number | undefined
  readonly ejections: number | undefined
  /** Failures of the second replica while it was broken. */
  readonly failuresOfSecond: number
  /** How long the victim was left well on purpose, from its return on. */
  readonly wellMs: number
  /** Of the victim, one after another. */
  readonly trips: readonly Trip[]
}

/** Fails where more may be ejected. */
export const neverMore = 'replicas ejected at the same time'
/** Fails where the first ejection is forgotten before the second. */
export const lastsTwice = 'second ejection in a row, ms: twice the base time, and on until the next sweep'
/** Holds there as well. */
export const secondFailed = 'failures of the second replica while it was broken (or nothing was injected)'

/** Pure. Only so many replicas are out as the percentage allows, and the second trip in a row lasts twice as long. */
export function extentVerdict(service: string, config: ExtentConfig, observed: ExtentObserved): Check[] {
  const { sent, succeeded, slowestMs } = observed
  const slow = slowestMs > config.rule.intervalMs ? `${tooSlow}: an answer took ${Math.round(slowestMs)} ms` : undefined
  return [
    equals(`the DestinationRule of ${service} has outlierDetection`, true, config.declared),
    ...config.callers.flatMap((caller) => {
      const seen = observed.callers.find((one) => one.caller === caller)
      const checks = seen ? checksOf(config, seen) : [broken('the caller was watched', 'it was not')]
      return ofCaller(caller, config.callers.length === 1, checks)
    }),
    ...doubted(slow, [equals('requests answered whole', sent, sent === 0 ? 'nothing was sent' : succeeded)]),
  ]
}

/** Of several callers the first: all saw the same, or the verdict says who did not. */
export function extentStory(service: string, { replicas }: ExtentConfig, { callers: [first], traffic }: ExtentObserved): Story {
  if (first === undefined) return {}
  const lasted = first.trips.map(({ outBetween, backBetween }) =>
    backBetween ? `${((backBetween[0] - outBetween[1]) / 1000).toFixed(1)} s` : 'longer than the run',
  )
  const refused = first.refused === undefined ? '' : `, and ${first.refused} times one more was refused`
  return {
    ...(traffic !== undefined && { traffic }),
    summary: `Two of ${replicas} ${service} replicas failed: at most ${first.atOnce} of them ${first.atOnce === 1 ? 'was' : 'were'} ejected at the same time${refused}. The first ejection of the one that went on failing lasted ${lasted[0] ?? 'no time'}, the next ${lasted[1] ?? 'no time'}.`,
  }
}

const tooSlow = 'this machine is too slow to judge'

function checksOf(config: ExtentConfig, seen: CallerExtent): Check[] {
  const { atOnce, refused, ejections, failuresOfSecond, trips } = seen
  const { mostAtOnce, rule } = config
  const [first, second] = trips
  return [
    equals(neverMore, mostAtOnce, atOnce),
    within(secondFailed, { min: rule.consecutiveErrors }, failuresOfSecond),
    // Each time that so many have failed in a row it would have been ejected, and the count begins anew.
    ...(refused === undefined
      ? []
      : [
          equals(
            `ejections that the percentage forbade (ejections_overflow) = one for every ${rule.consecutiveErrors} failures of the second replica`,
            Math.floor(failuresOfSecond / rule.consecutiveErrors),
            refused,
          ),
        ]),
    ...(ejections === undefined ? [] : [equals('ejections in all, of the first replica twice', 2, ejections)]),
    ...lasted('first ejection, ms: the base time, and on until the next sweep', { times: 1, rule, trip: first }),
    ...doubted(forgotten(rule.intervalMs, seen), lasted(lastsTwice, { times: 2, rule, trip: second })),
  ]
}

/** A sweep that finds the host well takes an ejection back. */
function forgotten(intervalMs: number, { trips: [first, second], wellMs }: CallerExtent): string | undefined {
  if (first?.backBetween === undefined || second === undefined) return undefined
  const lateMs = second.outBetween[1] - first.backBetween[0] - wellMs
  return lateMs > intervalMs
    ? `${tooSlow}: the second ejection came ${Math.round(lateMs)} ms after the return, when the first may be forgotten`
    : undefined
}

interface Lasting {
  /** Base times. */
  readonly times: number
  readonly rule: ExtentConfig['rule']
  readonly trip: Trip | undefined
}

function lasted(name: string, { times, rule: { baseMs, intervalMs }, trip }: Lasting): Check[] {
  const { outBetween: out = [0, 0], backBetween: back } = trip ?? {}
  const uncertainMs = back ? out[1] - out[0] + back[1] - back[0] : 0
  const blurred = uncertainMs > intervalMs ? `${tooSlow}: looking took so long that ${Math.round(uncertainMs)} ms are uncertain` : undefined
  const range = { min: times * baseMs, max: Math.ceil(times * baseMs + intervalMs + uncertainMs) }
  return doubted(blurred, [within(name, range, back && Math.round(back[1] - out[0]))])
}
