import { broken, type Check, doubted, equals, within } from '../../../checks/check.ts'
import { percentile } from '../../../checks/percentile.ts'
import { ofCaller } from '../of-caller.ts'
import type { Outstanding } from '../pool/fill-pool.ts'
import type { SentRequest } from '../sent-request.ts'
import type { HungRule } from './hung-rule.ts'
import { besideMs, filledLate, tooSlowFor } from './too-slow.ts'

export interface HungConfig extends HungRule {
  /** Calls that fill the pool, some of which are too many; calls once it is full; calls in a second from then on. */
  readonly requests: number
  readonly beside: number
  readonly perSecond: number
  /** For how long calls are sent while it hangs. */
  readonly hungMs: number
}

export interface CallerObserved {
  readonly caller: string
  /** One after another, before the service hangs and when it answers again. */
  readonly before: readonly SentRequest[]
  readonly after: readonly SentRequest[]
  /** The pool once nobody else finds a place, and how long it took from the first call until then. */
  readonly filled: Outstanding & { readonly refused: number; readonly tookMs: number }
  /** When the pool was full. */
  readonly beside: readonly SentRequest[]
  /** All that were sent while it hung, those beside the full pool included. */
  readonly calls: readonly SentRequest[]
  /** Most requests at once at the hosts or waiting for a connection. */
  readonly mostAtOnce: number
  /** Increase of the overflow counters of the caller's proxy; undefined where it does not count them. */
  readonly overflows: number | undefined
}

export interface HungObserved {
  /** ms since 1970, of the run. */
  readonly startedAt: number
  readonly callers: readonly CallerObserved[]
}

/** The checks that fail without the rules: calls wait, and nobody is refused. */
export const callsBounded = 'p99 of calls while it hangs, ms: the time-out, and what a call takes beside'
export const refusedAtOnce = 'calls refused at once (x-envoy-overloaded) when the pool is full'
/** What holds without the rules as well. */
export const nobodyAnswered = 'calls that the service answered while it hung (or nothing was injected)'

/** Pure. A service that hangs costs each caller the places of its pool and the time-out, and no more. @param service what checks call it */
export function hungVerdict(service: string, config: HungConfig, { callers }: HungObserved): Check[] {
  return [
    equals(`${service} has pool limits (DestinationRule) and a time-out (VirtualService)`, true, config.declared),
    ...config.callers.flatMap((name) => {
      const seen = callers.find(({ caller }) => caller === name)
      const checks = seen === undefined ? [broken('the caller was watched', 'it was not')] : checksOf(service, config, seen)
      return ofCaller(name, config.callers.length === 1, checks)
    }),
  ]
}

function checksOf(service: string, config: HungConfig, seen: CallerObserved): Check[] {
  const { before, after, filled, calls } = seen
  const late = filledLate('call', filled, config)
  return [
    equals('calls answered without an error before', before.length, before.filter(isRight).length),
    equals(nobodyAnswered, 0, calls.filter(isRight).length),
    ...counts(service, config, seen, late),
    equals(
      'calls that were neither refused nor ended by the time-out (504)',
      0,
      calls.filter(({ overloaded, status }) => !overloaded && status !== 504).length,
    ),
    ...times(config, seen, late),
    equals('calls answered without an error, once it answers again', after.length, after.filter(isRight).length),
  ]
}

const isRight = ({ status }: SentRequest): boolean => status !== undefined && status < 500

/** Identities of the pool. */
function counts(
  service: string,
  { maxConnections, maxPending, requests, hosts }: HungConfig,
  { filled: { active, pending, refused }, calls, mostAtOnce, overflows }: CallerObserved,
  late: string | undefined,
): Check[] {
  /** At most: each host may have a connection beyond the limit. */
  const places = maxConnections + maxPending + hosts - 1
  // Who else has a place takes it from one of these, which is refused instead.
  const inPool = Math.max(0, refused - Math.max(0, requests - active - (pending ?? maxPending)))
  const overloaded = calls.filter((call) => call.overloaded).length
  const disturbed = (others: number) => (others > 0 ? `others sent ${others} requests to ${service} meanwhile` : undefined)
  return [
    ...doubted(disturbed(inPool) ?? late, [
      hosts === 1
        ? equals('requests at the host when the pool is full', maxConnections, active)
        : within('requests at the hosts when the pool is full', { min: maxConnections, max: maxConnections + hosts - 1 }, active),
      ...(pending === undefined ? [] : [equals("requests that wait in the caller's proxy then", maxPending, pending)]),
      equals(refusedAtOnce, Math.max(requests - places, requests - active - maxPending), refused),
    ]),
    within('most requests at once at the hosts or waiting', { max: places }, mostAtOnce),
    ...(overflows === undefined
      ? []
      : doubted(disturbed(overflows - overloaded), [
          equals("calls refused because the pool was full = overflow counters of the caller's proxy", overloaded, overflows),
        ])),
  ]
}

function times({ timeoutMs, tryMs }: HungConfig, { before, beside, calls }: CallerObserved, late: string | undefined): Check[] {
  const takesMs = percentile(msOf(before), 0.5) ?? Number.POSITIVE_INFINITY
  const tooSlow = (boundMs: number) => tooSlowFor(boundMs, 'call', takesMs)
  return [
    ...doubted(tooSlow(besideMs), [within(callsBounded, { max: timeoutMs + besideMs }, percentile(msOf(calls), 0.99))]),
    ...doubted(late ?? tooSlow(tryMs), [
      within('slowest call while the pool is full, ms: it waits for no try to end', { max: tryMs }, percentile(msOf(beside), 1)),
    ]),
  ]
}

export const msOf = (calls: readonly SentRequest[]): number[] => calls.map(({ ms }) => ms)
