import { type Check, doubted, equals, within } from '../../../checks/check.ts'
import { ofCaller } from '../../core/of-caller.ts'
import type { RequestRecord } from '../../core/traffic-bins.ts'

export interface Config {
  readonly replicas: number
  /** How often the route sends a failed read again. */
  readonly attempts: number
  /** ms in all that a read may take; undefined when it may take for ever. */
  readonly timeoutMs?: number
  /** ms that one try of it may take; undefined when it may take all of the time. */
  readonly perTryMs?: number
  /** Customers of each gateway. */
  readonly customers: number
  /** Whether replicas are told to end, one after another; otherwise they are killed. */
  readonly orderly: boolean
}

export interface Observed {
  /** Replicas that are another process than before. */
  readonly replaced: number
  /** Of the replacement, on the run's clock. */
  readonly fromMs: number
  readonly untilMs: number
  /** From then on each caller's proxy knows the last of the new replicas. */
  readonly settledMs: number
  /** Of all customers, also before and after it. */
  readonly records: readonly RequestRecord[]
  /** Requests that a replica answered a caller's proxy from `settledMs` on: the fewest of any two. */
  readonly fewestServed: number
  /** Replicas that the callers' proxies know in the end, summed. */
  readonly hosts: number
  readonly callers: readonly {
    readonly caller: string
    /** What its proxy sent to catalog, tries that followed a failed one included; undefined when it does not count. */
    readonly counted?: { readonly requests: number; readonly retries: number }
  }[]
}

export const names = {
  replaced: 'replicas that are another process than before',
  asked: 'pages asked for while they were replaced',
  served: 'pages that failed or left something out, sooner than a read runs out of time',
} as const

/** At least, for each replica, while they are replaced and after it: otherwise nobody was there to notice. */
const pagesEach = 10
/** Share of what a read may take. Where a page that was answered took longer, others may have run out of time by this machine's doing. */
const slowShare = 1 / 2
/** For a route without a time-out: that of its customers. */
const asIfMs = 2_000

/**
 * Pure. All replicas are replaced under the eyes of customers, who notice nothing; what failed was sent again within the route's limit. Only
 * a page that has run out of time may be the doing of a slow machine: one that failed sooner is judged on any.
 */
export function verdict(
  { replicas, attempts, timeoutMs = asIfMs, perTryMs = timeoutMs, customers }: Config,
  { replaced, fromMs, untilMs, settledMs, records, fewestServed, hosts, callers }: Observed,
): readonly Check[] {
  const tookMs = ({ sentAtMs, endedAtMs }: RequestRecord) => endedAtMs - sentAtMs
  const failed = records.filter(({ outcome }) => outcome !== 'ok')
  const slowestMs = Math.round(Math.max(0, ...records.filter(({ outcome }) => outcome === 'ok').map(tookMs)))
  const slow =
    slowestMs > timeoutMs * slowShare
      ? `this machine is too slow to judge: a page took ${slowestMs} ms, of ${timeoutMs} ms that a read may take`
      : undefined
  const askedBetween = (from: number, to: number) => records.filter(({ sentAtMs }) => sentAtMs >= from && sentAtMs <= to).length
  const enough = pagesEach * replicas
  const few = (asked: number) =>
    asked < enough ? `this machine is too slow to judge: only ${asked} pages were asked for where ${enough} are needed` : undefined
  const [meanwhile, afterwards] = [askedBetween(fromMs, untilMs), askedBetween(settledMs, Number.POSITIVE_INFINITY)]
  return [
    within('times that the route sends a failed read again', { min: 1 }, attempts),
    equals(names.replaced, replicas, replaced),
    ...doubted(few(meanwhile), [within(names.asked, { min: enough }, meanwhile)]),
    equals(names.served, 0, failed.filter((page) => tookMs(page) < perTryMs).length),
    ...doubted(slow, [equals('pages that ran out of time', 0, failed.filter((page) => tookMs(page) >= perTryMs).length)]),
    ...doubted(few(afterwards), [within('fewest requests that a new replica answered a caller', { min: 1 }, fewestServed)]),
    equals("replicas that the callers' proxies know afterwards", replicas * callers.length, hosts),
    ...callers.flatMap(({ caller, counted }) =>
      counted === undefined
        ? []
        : ofCaller(caller, callers.length === 1, [
            // Every page is one read; orders and others come on top.
            within(
              'first tries by its proxy: one for each page, and those of others',
              { min: Math.floor(records.length / callers.length) - customers },
              counted.requests - counted.retries,
            ),
            within(
              'further tries by its proxy, at most as often as the route says',
              { max: attempts * (counted.requests - counted.retries) },
              counted.retries,
            ),
          ]),
    ),
  ]
}
