import { broken, type Check, doubted, equals, within } from '../../../checks/check.ts'
import { percentile } from '../../../checks/percentile.ts'
import type { EjectionRule } from '../../core/destination-rule.ts'
import type { HungRule } from '../../core/hung/hung-rule.ts'
import { besideMs, filledLate, tooSlowFor } from '../../core/hung/too-slow.ts'
import { ofCaller } from '../../core/of-caller.ts'
import type { Outstanding } from '../../core/pool/fill-pool.ts'
import type { SentRequest } from '../../core/sent-request.ts'
import { isWhole, type Page } from '../page.ts'
import { inventorysPart } from './product-list.ts'

/** What the rules of inventory promise those who ask for it, and their page. */
export interface HungConfig extends HungRule {
  readonly ejection: EjectionRule
  /** Pages that are among the first to wait. */
  readonly waiting: number
  /** Requests beyond what the pool takes, and pages once it is full. */
  readonly excess: number
  readonly beside: number
  /** For how long inventory hangs; pages that are asked for in a second of it. */
  readonly hungMs: number
  readonly perSecond: number
  /** From when inventory answers again until pages are whole again: a first ejection, and the sweep that ends it. */
  readonly recoveryMs: number
}

/** The pool once it is full. */
interface Full extends Outstanding {
  readonly refused: number
  /** Pages while it is full. */
  readonly beside: readonly Page[]
  /** From the first page until it was full. */
  readonly tookMs: number
}

export interface CallerObserved {
  readonly caller: string
  readonly before: readonly Page[]
  readonly filled: Full
  /** What was sent to inventory beside pages. */
  readonly requests: readonly SentRequest[]
  /** All that were asked for while inventory hung. */
  readonly pages: readonly Page[]
  /** Most requests at once at inventory or waiting for a connection. */
  readonly mostOutstanding: number
  /** From when inventory answers again until the first whole page; absent when none came. */
  readonly recoveredMs?: number
  /** Pages until then, and after it. */
  readonly meanwhile: readonly Page[]
  readonly after: readonly Page[]
  /** What the gateway itself counted: pages without inventory's part, by reason. */
  readonly leftOut: Readonly<Record<string, number>>
  /** Increases of what the caller's proxy counts: pool limits reached, nobody left to ask, hosts ejected. */
  readonly overflows: number
  readonly nobodyHealthy: number
  readonly ejections: number
}

export interface HungObserved {
  /** ms since 1970, of the run. */
  readonly startedAt: number
  readonly callers: readonly CallerObserved[]
}

/** The checks that fail without the rules: pages wait, and nobody is refused. */
export const pagesBounded = 'p99 of pages while inventory hangs, ms: its time-out, and what a page takes beside'
export const refusedAtOnce = 'requests refused at once (x-envoy-overloaded) when the pool is full'
/** What holds without the rules as well: inventory hung, and the pages came all the same. */
export const allAnswered = 'pages answered 200 while inventory hangs'
export const namedInPage = `pages that name ${inventorysPart} in degraded, and nothing else`

export function hungVerdict(config: HungConfig, { callers }: HungObserved): Check[] {
  return [
    equals('inventory has pool limits (DestinationRule) and a time-out (VirtualService)', true, config.declared),
    ...config.callers.flatMap((name) => {
      const seen = callers.find(({ caller }) => caller === name)
      const checks = seen === undefined ? [broken('the caller was watched', 'it was not')] : checksOf(config, seen)
      return ofCaller(name, config.callers.length === 1, checks)
    }),
  ]
}

function checksOf(config: HungConfig, seen: CallerObserved): Check[] {
  const { pages } = seen
  const late = filledLate('request', seen.filled, config)
  return [
    equals(allAnswered, pages.length, pages.filter(({ status }) => status === 200).length),
    equals(namedInPage, pages.length, pages.filter(({ leftOut }) => JSON.stringify(leftOut) === JSON.stringify([inventorysPart])).length),
    ...counts(config, seen, late),
    ...times(config, seen, late),
    equals('pages whole again, of those after the first', seen.after.length, seen.after.filter(isWhole).length),
  ]
}

/** Identities of the pool and of what each of its counters means to the caller. */
function counts(
  { maxConnections, maxPending, excess, hosts }: HungConfig,
  { caller, filled, requests, pages, meanwhile, mostOutstanding, leftOut, overflows, nobodyHealthy }: CallerObserved,
  late: string | undefined,
): Check[] {
  const degraded = [...pages, ...meanwhile].filter((page) => page.status === 200 && !isWhole(page)).length
  const others = sum(Object.values(leftOut)) - degraded
  const disturbed = others > 0 ? `others asked ${caller} for ${others} pages meanwhile` : undefined
  const places = maxConnections + maxPending
  const [overloaded, unhealthy] = [
    requests.filter((one) => one.overloaded),
    requests.filter((one) => one.status === 503 && !one.overloaded),
  ]
  return [
    ...doubted(disturbed ?? late, [
      hosts === 1
        ? equals(
            'requests at inventory and waiting for a connection, when the pool is full',
            [maxConnections, maxPending],
            [filled.active, filled.pending],
          )
        : within('requests at inventory, when the pool is full', { min: maxConnections, max: maxConnections + hosts - 1 }, filled.active),
      equals(refusedAtOnce, hosts === 1 ? excess : places + excess - filled.active - (filled.pending ?? maxPending), filled.refused),
    ]),
    ...doubted(disturbed, [
      within('most requests at once at inventory or waiting', { max: places + hosts - 1 }, mostOutstanding),
      equals(
        "requests refused because the pool was full, by who asked = overflow counters of the caller's proxy",
        overloaded.length + (leftOut['circuit-open'] ?? 0),
        overflows,
      ),
      equals(
        'requests refused because nobody was left to ask, by who asked = upstream_cx_none_healthy',
        unhealthy.length + (leftOut['no-healthy-upstream'] ?? 0),
        nobodyHealthy,
      ),
      equals('pages without inventory = those that the gateway counted, with a reason for each', degraded, sum(Object.values(leftOut))),
    ]),
  ]
}

function times(
  { timeoutMs, tryMs, recoveryMs }: HungConfig,
  { before, filled, pages, recoveredMs }: CallerObserved,
  late: string | undefined,
): Check[] {
  const takesMs =
    percentile(
      before.map(({ ms }) => ms),
      0.5,
    ) ?? Number.POSITIVE_INFINITY
  const tooSlow = (boundMs: number) => tooSlowFor(boundMs, 'page', takesMs)
  return doubted(late ?? tooSlow(besideMs), [
    within(
      pagesBounded,
      { max: timeoutMs + besideMs },
      percentile(
        pages.map(({ ms }) => ms),
        0.99,
      ),
    ),
    ...doubted(tooSlow(tryMs), [
      within(
        'slowest page while the pool is full, ms: it waits for no try to end',
        { max: tryMs },
        percentile(
          filled.beside.map(({ ms }) => ms),
          1,
        ),
      ),
    ]),
    within('whole pages again after inventory answers again, ms: an ejection and the sweep that ends it', { max: recoveryMs }, recoveredMs),
  ])
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0)
