import { durationMs, envoyDefaults } from '../destination-rule.ts'
import type { Reason } from '../result.ts'
import type { OutlierDetection } from '../traffic-policy.ts'
import type { BlockInForce } from './block-in-force.ts'
import { countingReasons } from './counting-reasons.ts'
import type { RouteInForce } from './route-in-force.ts'
import type { Situation } from './situation.ts'

/** Envoy's, where a rule does not say how many hosts may be out. */
const defaultPercent = 10

/** Why a host that failed was not ejected, not after the expected count, or not left alone afterwards. */
export function ejectionReasons(
  situation: Situation,
  { value, field, overridden }: BlockInForce<'outlierDetection'>,
  route: RouteInForce,
): Reason[] {
  if (value === undefined) return overridden.length > 0 ? [] : [notDeclared(field, situation)]
  const at = (name: string) => `${field}.${name}`
  return [
    ...share(situation, value, at),
    ...countingReasons(situation.fault ?? { status: 500 }, value, at),
    ...panic(situation, value, at),
    ...watchedTooShort(situation, value, at),
    ...eachCallerCounts(situation, value, at),
    ...neverFails(situation, route),
    ...hiddenByRetries(situation, route),
  ]
}

type At = (name: string) => string

const notDeclared = (field: string, { hosts }: Situation): Reason => ({
  field,
  because: 'no outlierDetection is in force for these calls: a host is never ejected, however often it fails.',
  wouldWork: `outlierDetection with consecutive5xxErrors, and maxEjectionPercent: ${leastPercent(1, hosts)} or more`,
})

const leastPercent = (ejected: number, hosts: number): number => Math.ceil((100 * ejected) / hosts)

/**
 * Envoy compares the share that would be out *after* the ejection. Since 1.28 that holds for the first host as well
 * (https://github.com/envoyproxy/envoy/pull/27909); `always_eject_one_host`, which would spare it, Istio does not have.
 */
function share({ hosts, broken = 1 }: Situation, { maxEjectionPercent }: OutlierDetection, at: At): Reason[] {
  // Istio does not pass 0 on.
  const percent = maxEjectionPercent || defaultPercent
  if ((100 * broken) / hosts <= percent) return []
  const says = maxEjectionPercent
    ? `maxEjectionPercent is ${maxEjectionPercent}`
    : `maxEjectionPercent is ${maxEjectionPercent === 0 ? '0, which means unset,' : 'unset,'} and Envoy's default is ${defaultPercent}`
  const most = Math.floor((percent * hosts) / 100)
  const shareOf = `${broken} of ${hosts} ${hosts === 1 ? 'host' : 'hosts'} would be ${decimal((100 * broken) / hosts)} %`
  return [
    {
      field: at('maxEjectionPercent'),
      because: `${says}: ${shareOf}, which is more, so that ${most === 0 ? 'none is ever' : `no more than ${most} can be`} ejected (counted in ejections_overflow).`,
      wouldWork: `maxEjectionPercent: ${leastPercent(broken, hosts)} or more`,
    },
  ]
}

const decimal = (value: number): string => String(Math.round(value * 10) / 10)

/** Envoy forgives a lack of hosts up to this factor before it thinks of panic (`overprovisioning_factor` 140). */
const spare = 1.4

/** With too few healthy hosts Envoy sends to all, the ejected ones included. Istio switches that off unless `minHealthPercent` asks for it. */
function panic({ hosts, broken = 1 }: Situation, { minHealthPercent = 0 }: OutlierDetection, at: At): Reason[] {
  const healthy = (100 * (hosts - broken)) / hosts
  if (healthy >= minHealthPercent || healthy * spare >= 100) return []
  return [
    {
      field: at('minHealthPercent'),
      because: `with ${broken} of ${hosts} ejected ${decimal(healthy)} % are healthy, less than minHealthPercent ${minHealthPercent}: then Envoy sends to ejected hosts as well (panic).`,
      wouldWork:
        healthy >= 1
          ? `minHealthPercent: ${Math.floor(healthy)} or less; without it Istio never sends to ejected hosts`
          : 'no minHealthPercent: then Istio never sends to ejected hosts',
    },
  ]
}

/** A host returns at the first sweep after its time, and sweeps come once an interval. */
function watchedTooShort({ seen: { watchedMs } = {} }: Situation, { interval, baseEjectionTime }: OutlierDetection, at: At): Reason[] {
  const intervalMs = interval === undefined ? envoyDefaults.intervalMs : durationMs(interval)
  const baseMs = baseEjectionTime === undefined ? envoyDefaults.baseMs : durationMs(baseEjectionTime)
  if (watchedMs === undefined || watchedMs >= baseMs + intervalMs) return []
  return [
    {
      field: at(intervalMs > baseMs ? 'interval' : 'baseEjectionTime'),
      because: `an ejected host returns at the first sweep after baseEjectionTime, and sweeps come once an interval: up to ${baseMs / 1000} s + ${intervalMs / 1000} s after the ejection, and the run watched ${decimal(watchedMs / 1000)} s.`,
      wouldWork: `baseEjectionTime and interval that sum up to less than ${decimal(watchedMs / 1000)} s, or a longer run`,
    },
  ]
}

/** Every caller's proxy counts what it has seen itself. */
function eachCallerCounts(
  { caller: { replicas }, seen: { failuresPerCaller } = {} }: Situation,
  detection: OutlierDetection,
  at: At,
): Reason[] {
  const { consecutive5xxErrors: count = envoyDefaults.consecutiveErrors } = detection
  if (replicas < 2 || failuresPerCaller === undefined || failuresPerCaller >= count) return []
  return [
    {
      field: at('consecutive5xxErrors'),
      because: `each of the ${replicas} callers counts on its own, and one saw ${failuresPerCaller} failures: fewer than ${count}. Together they need ${replicas} × ${count} = ${replicas * count} before all have ejected the host.`,
      wouldWork: failuresPerCaller > 0 ? `consecutive5xxErrors: ${failuresPerCaller} or less, or more traffic` : 'more traffic',
    },
  ]
}

/** Without a time-out a host that hangs never fails. */
function neverFails({ fault }: Situation, { timeout, retries, field }: RouteInForce): Reason[] {
  if (typeof fault !== 'object' || !('delayMs' in fault)) return []
  const limits = [timeout, retries?.perTryTimeout]
    .filter((text) => text !== undefined)
    .map(durationMs)
    .filter((ms) => ms > 0)
  if (limits.some((ms) => ms < fault.delayMs)) return []
  const hung = fault.delayMs === Number.POSITIVE_INFINITY ? 'a host that hangs' : `a host that takes ${fault.delayMs} ms`
  return [
    {
      field: `${field}.timeout`,
      because: `${limits.length === 0 ? 'no time-out is set (Istio has none by default)' : `the shortest time-out is ${Math.min(...limits)} ms`}: ${hung} counts as slow, not as failed, and is never ejected.`,
      wouldWork:
        `a timeout or retries.perTryTimeout ${fault.delayMs === Number.POSITIVE_INFINITY ? '' : `below ${fault.delayMs} ms `}on the route`.replace(
          '  ',
          ' ',
        ),
    },
  ]
}

/** Whoever looks at answers alone sees nothing of a host that fails. */
function hiddenByRetries({ seen: { failuresPerCaller = 0, callerErrors } = {} }: Situation, { retries, field }: RouteInForce): Reason[] {
  const attempts = retries?.attempts ?? 0
  if (attempts === 0 || callerErrors !== 0 || failuresPerCaller === 0) return []
  return [
    {
      field: `${field}.retries`,
      because: `the proxy counted ${failuresPerCaller} failures and the callers saw none: each was sent again, up to ${attempts} times, to another host.`,
      wouldWork: 'errors counted by the proxy (its statistics), or attempts: 0 for the run',
    },
  ]
}
