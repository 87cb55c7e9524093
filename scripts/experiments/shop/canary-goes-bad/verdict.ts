import { type Check, doubted, equals, within } from '../../../checks/check.ts'
import type { EjectionRule } from '../../core/destination-rule.ts'
import { ofCaller } from '../../core/of-caller.ts'
import type { RequestRecord } from '../../core/traffic-bins.ts'

export interface Config {
  /** Whether the DestinationRule has `outlierDetection`. */
  readonly declared: boolean
  readonly rule: EjectionRule
  /** Of the canary. */
  readonly percent: number
  /** Names of the replicas of the stable version. */
  readonly stable: readonly string[]
  readonly replicas: number
  /** Names of the callers. */
  readonly callers: readonly string[]
  /** Customers of each caller. */
  readonly customers: number
  readonly ejectedWithinMs: number
  /** Whether the canary is ejected at all. */
  readonly ejection: boolean
}

export interface CallerObserved {
  readonly caller: string
  /** Failures of the canary's bad replica until it was ejected, or until that was given up. */
  readonly failed: number
  readonly ejected: boolean
  /** Requests after that to the bad replica, and to the other one. */
  readonly toBad: number
  readonly toOther: number
}

export interface Observed {
  readonly callers: readonly CallerObserved[]
  /** Whether the bad replica may have been let back in before the counting ended. */
  readonly countedTooLong: boolean
  /** On the run's clock: the whole canary is bad from, the split is to be taken back, and is. */
  readonly allBadMs: number
  readonly takeBackMs: number
  readonly takenBackMs: number
  readonly records: readonly RequestRecord[]
  /** Names of catalog's replicas in the end. */
  readonly after: readonly string[]
}

export const names = {
  failed: "requests that failed in the canary's bad replica",
  leftAlone: 'requests to the bad replica after its ejection',
  takenBack: 'pages that failed after the split was taken back',
} as const

/** Standard deviations by which a share may differ from the one that was meant: chance does that once in 30,000 runs. */
const sigmas = 4

/** Pure. A bad replica of the canary costs nobody a page; a canary that is all bad costs its share, until the split is taken back. */
export function verdict(
  config: Config,
  { callers, countedTooLong, allBadMs, takeBackMs, takenBackMs, records, after }: Observed,
): readonly Check[] {
  const { declared, rule, percent, stable, customers } = config
  const okMs = records.flatMap(({ outcome, sentAtMs, endedAtMs }) => (outcome === 'ok' ? [endedAtMs - sentAtMs] : []))
  const slowestMs = Math.round(Math.max(0, ...okMs))
  const slow = slowestMs > rule.intervalMs ? `this machine is too slow to judge: a page took ${slowestMs} ms` : undefined
  const late = countedTooLong
    ? 'this machine is too slow to judge: the replica may have been let back in while requests were counted'
    : undefined
  const few = ({ failed, ejected }: CallerObserved): string | undefined =>
    failed < rule.consecutiveErrors && !ejected
      ? `this machine is too slow to judge: only ${failed} requests of a caller failed in the bad replica`
      : undefined
  const between = (from: number, to: number) => records.filter(({ sentAtMs }) => sentAtMs >= from && sentAtMs < to)
  const failed = (some: readonly RequestRecord[]) => some.filter(({ outcome }) => outcome !== 'ok').length
  const allBad = between(allBadMs, takeBackMs)
  const share = percent / 100
  const mayBeFailed = Math.ceil(allBad.length * share + sigmas * Math.sqrt(allBad.length * share * (1 - share)))
  return [
    ...(declared ? [] : [equals('DestinationRule declares outlierDetection', true, false)]),
    ...callers.flatMap((one) =>
      ofCaller(one.caller, callers.length === 1, [
        within(names.failed, { min: 1 }, one.failed),
        ...doubted(few(one), [
          equals('it was ejected', true, one.ejected),
          within(
            'failures until its ejection: in a row, and of requests under way',
            { min: rule.consecutiveErrors, max: rule.consecutiveErrors + customers },
            one.failed,
          ),
        ]),
        ...doubted(late ?? few(one), [equals(names.leftAlone, 0, one.toBad)]),
        within('requests to the other replica of the canary meanwhile', { min: 1 }, one.toOther),
      ]),
    ),
    ...doubted(slow, [
      // A page that was under way when the rest went bad has met it.
      equals(
        'pages that failed while one replica of the canary was bad',
        0,
        failed(records.filter(({ endedAtMs }) => endedAtMs < allBadMs)),
      ),
      within(
        `pages that failed while all of the canary was bad, of ${allBad.length}: at most its share`,
        { min: 1, max: mayBeFailed },
        failed(allBad),
      ),
      equals(names.takenBack, 0, failed(between(takenBackMs, Number.POSITIVE_INFINITY))),
    ]),
    within('pages asked for after that', { min: 1 }, between(takenBackMs, Number.POSITIVE_INFINITY).length),
    equals('replicas of catalog after that', stable.toSorted(), after.toSorted()),
  ]
}
