import { type Check, doubted, equals, within } from '../../../checks/check.ts'
import type { EjectionRule } from '../../core/destination-rule.ts'
import { ofCaller } from '../../core/of-caller.ts'
import type { RequestRecord } from '../../core/traffic-bins.ts'

export interface Config {
  /** Whether the DestinationRule has `outlierDetection`. */
  readonly declared: boolean
  readonly rule: EjectionRule
  /** How often the route sends a failed read again. */
  readonly attempts: number
  readonly replicas: number
  /** Names of the replicas in the callers' zone: as many as may be ejected at a time. */
  readonly near: readonly string[]
  /** Names of the callers. */
  readonly callers: readonly string[]
  /** Customers of each caller. */
  readonly customers: number
  /** From the loss of the zone until it is left out. */
  readonly failoverWithinMs: number
}

/** Requests that a caller's proxy sent in a time. */
export interface Sent {
  readonly near: number
  readonly far: number
}

export interface CallerObserved {
  readonly caller: string
  /** Before the loss, after the failover (the zone is still lost), and after the return. */
  readonly before: Sent
  readonly during: Sent
  readonly after: Sent
  /** Requests that failed in the near zone until the failover. */
  readonly failed: number
  /** Replicas of the near zone that were ejected then. */
  readonly ejected: number
}

export interface Observed {
  readonly callers: readonly CallerObserved[]
  /** Absent: not all of them were ejected. */
  readonly failoverMs?: number
  /** Whether the replicas of the zone may have been let back in before the counting of `during` ended. */
  readonly countedTooLong: boolean
  /** From the end of the loss until the callers' proxies had an answer of the zone; absent: never. */
  readonly returnMs?: number
  /** On the run's clock: the zone is lost, it is left out (absent: never), its replicas are let go, and have taken their place again. */
  readonly lostMs: number
  readonly leftOutMs?: number
  readonly letGoMs: number
  readonly backMs: number
  /** One that starts slowly is let back in before it can answer, and ejected again: what fails between is told, not judged. */
  readonly records: readonly RequestRecord[]
}

export const names = {
  lost: 'requests that failed in the lost zone',
  leftAlone: 'requests to the lost zone after the failover',
  back: 'requests to the own zone after its return',
} as const

/** Pure. Requests stay in their zone, leave it when it is lost, and come home. */
export function verdict(
  config: Config,
  { callers, failoverMs, countedTooLong, returnMs, lostMs, leftOutMs, letGoMs, backMs, records }: Observed,
): readonly Check[] {
  const { declared, rule, attempts, replicas, near, customers, failoverWithinMs } = config
  // While the lost zone is asked, a page may wait for a replica that hangs, on any machine.
  const isJudged = ({ outcome, sentAtMs, endedAtMs }: RequestRecord) =>
    outcome === 'ok' && (endedAtMs < lostMs || sentAtMs >= (leftOutMs ?? letGoMs))
  const okMs = records.filter(isJudged).map(({ sentAtMs, endedAtMs }) => endedAtMs - sentAtMs)
  const slowestMs = Math.round(Math.max(0, ...okMs))
  const slow = slowestMs > rule.intervalMs ? `this machine is too slow to judge: a page took ${slowestMs} ms` : undefined
  const late = countedTooLong
    ? 'this machine is too slow to judge: replicas may have been let back in while requests were counted'
    : undefined
  const toEject = near.length * rule.consecutiveErrors
  const few = ({ failed, ejected }: CallerObserved): string | undefined =>
    failed < toEject && ejected < near.length
      ? `this machine is too slow to judge: only ${failed} requests of a caller failed in the lost zone`
      : undefined
  const failed = (of: (record: RequestRecord) => boolean) => records.filter((one) => one.outcome !== 'ok' && of(one)).length
  // Whoever waits for an answer at that moment may get an error: as many pages as make the failures in a row that eject.
  const mayFail = callers.length * customers * near.length * Math.ceil(rule.consecutiveErrors / (1 + attempts))
  return [
    ...(declared ? [] : [equals('DestinationRule declares outlierDetection', true, false)]),
    within('replicas in the other zone', { min: 1 }, replicas - near.length),
    ...doubted(slow, [
      within('ms from the loss until all proxies left the zone out', { max: failoverWithinMs }, failoverMs && Math.round(failoverMs)),
      within(
        'pages that failed while the zone was lost: at most those under way when a replica is ejected',
        { max: mayFail },
        failed(({ sentAtMs }) => sentAtMs < letGoMs),
      ),
      equals(
        'pages that failed when it was back',
        0,
        failed(({ sentAtMs }) => sentAtMs >= backMs),
      ),
    ]),
    ...callers.flatMap((one) =>
      ofCaller(one.caller, callers.length === 1, [
        within('requests to the own zone before', { min: 1 }, one.before.near),
        equals('requests to the other zone before', 0, one.before.far),
        within(names.lost, { min: 1 }, one.failed),
        ...doubted(few(one), [
          equals('replicas of the lost zone that were ejected', near.length, one.ejected),
          within(
            'failures until they were ejected: in a row each, and of requests under way',
            { min: toEject, max: toEject + near.length * customers },
            one.failed,
          ),
        ]),
        ...doubted(late ?? few(one), [equals(names.leftAlone, 0, one.during.near)]),
        within('requests to the other zone after the failover', { min: 1 }, one.during.far),
        within(names.back, { min: 1 }, one.after.near),
        ...doubted(slow, [equals('requests to the other zone after the return', 0, one.after.far)]),
      ]),
    ),
    within('ms from the end of the loss to the first answer of the zone', {}, returnMs && Math.round(returnMs)),
  ]
}
