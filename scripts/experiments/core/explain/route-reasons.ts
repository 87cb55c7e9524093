import { durationMs } from '../destination-rule.ts'
import type { Reason } from '../result.ts'
import type { BlockInForce } from './block-in-force.ts'
import type { RouteInForce } from './route-in-force.ts'
import type { Fault, Situation } from './situation.ts'

/** Istio's, where a route does not say (istio/istio `pilot/pkg/networking/core/route/retry/retry.go`): 503 is not among them since 1.24. */
const defaults = { attempts: 2, retryOn: 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes' }

/** Why failed calls were not tried again, or not as often as was expected. */
export function retryReasons(situation: Situation, route: RouteInForce, pool: BlockInForce<'connectionPool'>): Reason[] {
  const off = switchedOff(route)
  if (off.length > 0) return off
  return [
    ...notRetried(situation, route),
    ...triesDoNotFit(route),
    ...noTimeToRetry(route, situation.fault),
    ...noOtherHost(situation, route),
    ...tooManyAtOnce(situation, pool),
  ]
}

function switchedOff({ retries, field }: RouteInForce): Reason[] {
  if (retries === undefined || retries.attempts) return []
  return [
    {
      field: `${field}.retries.attempts`,
      because: `${retries.attempts === 0 ? '0' : 'unset'} switches retries off, Istio's default of ${defaults.attempts} included.`,
      wouldWork: `attempts: ${defaults.attempts}`,
    },
  ]
}

/** Why no error of a host is ever retried; empty when one is (`retriedStatus`). */
export function nothingRetried(route: RouteInForce): Reason[] {
  if (retriedStatus(route) !== undefined) return []
  const off = switchedOff(route)
  return off.length > 0 ? off : notRetried({ fault: { status: anError } }, route)
}

/** Why calls took longer or shorter than the time-out says. */
export function timeoutReasons({ fault, seen: { watchedMs } = {} }: Situation, route: RouteInForce): Reason[] {
  const { timeout, field } = route
  const without = noTimeout(route)
  if (without.length > 0) return without
  const ms = times(route).totalMs
  const delayMs = delayOf(fault)
  return [
    ...(delayMs > 0 && delayMs <= ms
      ? [
          {
            field: `${field}.timeout`,
            because: `the answers took ${delayMs} ms, and timeout ${timeout} lets them take ${ms} ms: nothing ran out.`,
            wouldWork: `timeout: less than ${delayMs}ms`,
          },
        ]
      : []),
    ...(watchedMs !== undefined && watchedMs < ms
      ? [
          {
            field: `${field}.timeout`,
            because: `the run watched ${watchedMs} ms, and timeout ${timeout} is longer.`,
            wouldWork: `timeout: less than ${watchedMs}ms, or a longer run`,
          },
        ]
      : []),
    ...triesDoNotFit(route),
    ...triesEndBefore(route, fault),
  ]
}

/** Why a call never ends by itself; empty when the route sets a time-out. */
export function noTimeout({ timeout, field, retries }: RouteInForce): Reason[] {
  if (times({ timeout, retries }).totalMs > 0) return []
  return [
    {
      field: `${field}.timeout`,
      because: `${timeout === undefined ? 'no timeout is set' : 'timeout is 0s'}: Istio then waits without end for an answer.`,
      wouldWork: 'timeout: the longest that a caller shall wait',
    },
  ]
}

/** Whether each try has a time of its own, so that a call ends when all of them have run out. */
export const triesEnd = ({ retries }: Pick<RouteInForce, 'retries'>): boolean => times({ retries, timeout: undefined }).tryMs > 0

/** What the proxy retries, and what not (https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter#x-envoy-retry-on). */
function isRetried(fault: Fault, conditions: readonly string[]): boolean {
  const has = (...names: string[]) => names.some((name) => conditions.includes(name))
  if (fault === 'no-connection') return has('connect-failure', 'reset', '5xx', 'gateway-error')
  if ('delayMs' in fault) return has('reset', '5xx', 'gateway-error')
  const { status } = fault
  return (
    has(String(status)) ||
    (has('5xx') && status >= 500) ||
    (has('gateway-error') && status >= 502 && status <= 504) ||
    (has('retriable-4xx') && status === 409)
  )
}

/** The error that is asked about when any would do. */
const anError = 503

const conditions = (retryOn: string): string[] => retryOn.split(',').map((condition) => condition.trim())

/** Whether a call that is answered this status is sent again. */
export const isStatusRetried = ({ retries }: Pick<RouteInForce, 'retries'>, status: number): boolean =>
  times({ retries, timeout: undefined }).tries > 1 && isRetried({ status }, conditions(retries?.retryOn || defaults.retryOn))

/** An error after which the route sends a call again; undefined when there is none. */
export const retriedStatus = (route: Pick<RouteInForce, 'retries'>): number | undefined =>
  [anError, 500, 502, 504].find((status) => isStatusRetried(route, status))

function notRetried({ fault }: Pick<Situation, 'fault'>, { retries, field }: RouteInForce): Reason[] {
  const retryOn = retries?.retryOn || defaults.retryOn
  if (fault === undefined || isRetried(fault, conditions(retryOn))) return []
  const [what, wouldWork] =
    fault === 'no-connection'
      ? ['a failed connection', 'connect-failure']
      : 'delayMs' in fault
        ? ['a try that ran out of time', '5xx (or reset), and a perTryTimeout']
        : [`${fault.status}`, fault.status >= 500 ? `5xx (or ${fault.status})` : String(fault.status)]
  return [
    {
      field: `${field}.retries.retryOn`,
      because: `${what} is not in ${retries?.retryOn ? retryOn : `Istio's default (${retryOn}, which names no status code)`}: it is not retried.`,
      wouldWork: `retryOn with ${wouldWork}`,
    },
  ]
}

/** All tries share the time-out of the route. */
function triesDoNotFit({ timeout, retries, field }: RouteInForce): Reason[] {
  const { totalMs, tryMs, tries } = times({ timeout, retries })
  if (tryMs === 0 || totalMs === 0 || tries === 1 || tryMs * tries <= totalMs) return []
  return [
    {
      field: `${field}.retries.perTryTimeout`,
      because: `${tries} tries (the first, and attempts ${tries - 1}) × ${tryMs} ms = ${tryMs * tries} ms, more than timeout ${timeout}: of tries that run out of time only ${Math.floor(totalMs / tryMs)} fit in.`,
      wouldWork: `perTryTimeout: ${Math.floor(totalMs / tries)}ms, or timeout: ${tryMs * tries}ms`,
    },
  ]
}

function noTimeToRetry({ timeout, retries, field }: RouteInForce, fault: Fault | undefined): Reason[] {
  const { totalMs, tryMs, tries } = times({ timeout, retries })
  if (tryMs > 0 || totalMs === 0 || delayOf(fault) < totalMs) return []
  return [
    {
      field: `${field}.retries.perTryTimeout`,
      because: `without it the first try may take the whole timeout ${timeout}: no time is left to try again.`,
      wouldWork: `perTryTimeout: ${Math.floor(totalMs / tries)}ms (timeout ÷ ${tries} tries)`,
    },
  ]
}

/** A call whose tries have all run out of time ends there. */
function triesEndBefore({ timeout, retries, field }: RouteInForce, fault: Fault | undefined): Reason[] {
  const { totalMs, tryMs, tries } = times({ timeout, retries })
  if (tryMs === 0 || tryMs * tries >= totalMs || delayOf(fault) < tryMs) return []
  return [
    {
      field: `${field}.retries.perTryTimeout`,
      because: `${tries} ${tries === 1 ? 'try' : 'tries'} × ${tryMs} ms = ${tryMs * tries} ms: a call ends then, before timeout ${timeout} is over.`,
      wouldWork: `perTryTimeout: ${Math.ceil(totalMs / tries)}ms, or ${tryMs * tries} ms as what is expected`,
    },
  ]
}

/** Milliseconds, 0 where nothing ends a call or a try; and how often it is sent at most. */
const times = ({ timeout, retries }: Pick<RouteInForce, 'timeout' | 'retries'>) => ({
  totalMs: timeout === undefined ? 0 : durationMs(timeout),
  tryMs: retries?.perTryTimeout === undefined ? 0 : durationMs(retries.perTryTimeout),
  tries: 1 + (retries === undefined ? defaults.attempts : (retries.attempts ?? 0)),
})

/** Of answers, ms; 0 where they come at once or not at all. */
const delayOf = (fault: Fault | undefined): number => (typeof fault === 'object' && 'delayMs' in fault ? fault.delayMs : 0)

function noOtherHost({ hosts, broken = 1 }: Situation, { field }: RouteInForce): Reason[] {
  if (hosts > broken) return []
  return [
    {
      field: `${field}.retries`,
      because: `${hosts === 1 ? 'there is one host' : `all ${hosts} hosts were broken`}: a retry meets the same fault.`,
      wouldWork: 'a host that is not broken',
    },
  ]
}

function tooManyAtOnce({ seen: { atOncePerCaller } = {} }: Situation, { value, field }: BlockInForce<'connectionPool'>): Reason[] {
  const most = value?.http?.maxRetries
  if (!most || atOncePerCaller === undefined || atOncePerCaller <= most) return []
  return [
    {
      field: `${field}.http.maxRetries`,
      because: `${most} ${most === 1 ? 'retry' : 'retries'} may be under way at once for one caller, and it had ${atOncePerCaller} requests: the others are not retried (upstream_rq_retry_overflow).`,
      wouldWork: `maxRetries: ${atOncePerCaller}, or none`,
    },
  ]
}
