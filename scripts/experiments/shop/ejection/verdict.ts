import { type Check, doubted, equals, within } from '../../../checks/check.ts'
import type { EjectionRule } from '../../core/destination-rule.ts'

/** What the rule promises. */
export interface EjectionConfig {
  /** False when the DestinationRule has no `outlierDetection`: then nothing can be claimed, and the verdict fails. */
  readonly declared: boolean
  readonly rule: EjectionRule
  readonly replicas: number
  /** Name of the replica that answers errors, and with which. */
  readonly victim: string
  readonly status: number
}

/** Times are `performance.now()` milliseconds. */
export interface Ejection {
  /** The last moment before the failure that ejected can have been sent, and the first at which the proxy showed it. */
  readonly after: number
  readonly shownAt: number
  /** The last moment at which the proxy showed the host ejected, and the first at which it did not; absent: it never returned. */
  readonly lastShownAt: number
  readonly returnedAt?: number
}

export interface EjectionObserved {
  /** Requests to the victim from the fault on until it was ejected (or until the run gave up), by the caller's proxy and by the destination's. */
  readonly requestsBefore: number
  readonly inboundBefore: number
  /** Of those the failures, by the caller's proxy. */
  readonly failuresBefore: number
  /** Requests of others to all replicas between the last snapshot of a victim that took traffic and the first of one that did not. */
  readonly othersAtFault: number
  readonly ejections: number
  readonly ejection?: Ejection
  readonly requestsWhile: number
  readonly inboundWhile: number
  /** Of other replicas, so that "no request to the victim" is not "no request". */
  readonly othersWhile: number
  /** Requests to the victim from its ejection to the first snapshot that showed it back, and meanwhile those of others to all replicas. Absent: never ejected. */
  readonly probation?: { readonly requests: number; readonly others: number }
  readonly failuresAfter: number
  readonly successesAfter: number
  readonly sent: number
  readonly succeeded: number
  /** The longest that an answer took. */
  readonly slowestMs: number
}

/** The check that fails without the rule. */
export const ejectedOnce = "ejections of the victim by the caller's proxy"
/** The checks that hold without the rule as well: the victim fails, and retries go to another replica. */
export const faultWasThere = 'failures of the victim while it was broken (or nothing was injected)'
export const customersServed = 'share of GET /v1/products answered whole'

export function ejectionVerdict({ declared, rule, victim }: EjectionConfig, observed: EjectionObserved): Check[] {
  const { consecutiveErrors, baseMs, intervalMs } = rule
  const { ejection, probation, slowestMs } = observed
  // The proxy shows states, not moments: both ends are known to within one snapshot.
  const uncertaintyMs =
    ejection?.returnedAt === undefined ? 0 : ejection.shownAt - ejection.after + ejection.returnedAt - ejection.lastShownAt
  const blurred =
    uncertaintyMs > intervalMs
      ? `this machine is too slow to judge: looking at the proxy took so long that ${Math.round(uncertaintyMs)} ms of the ejection are uncertain`
      : undefined
  const slow = slowestMs > intervalMs ? `this machine is too slow to judge: an answer took ${Math.round(slowestMs)} ms` : undefined
  return [
    equals('the DestinationRule of catalog has outlierDetection', true, declared),
    equals(ejectedOnce, 1, observed.ejections),
    ...failuresUntilEjected(consecutiveErrors, victim, observed),
    within(faultWasThere, { min: consecutiveErrors }, observed.failuresBefore),
    equals(`requests to ${victim} while ejected, by the caller's proxy`, 0, observed.requestsWhile),
    equals(`requests to ${victim} while ejected, by its own proxy`, 0, observed.inboundWhile),
    within('requests to the other replicas meanwhile', { min: 1 }, observed.othersWhile),
    // It returns at the first sweep after the base time, and sweeps come once an interval.
    ...doubted(blurred, [
      within(
        'ejected for, ms',
        { min: baseMs, max: Math.ceil(baseMs + intervalMs + uncertaintyMs) },
        ejection?.returnedAt === undefined ? undefined : Math.round(ejection.returnedAt - ejection.after),
      ),
      within('of which uncertain, ms (looking often enough to tell)', { max: intervalMs }, ejection && Math.round(uncertaintyMs)),
    ]),
    ...doubted(blurred ?? disturbance(probation?.others), [
      within(
        'requests to it when it was first seen back (probation: no success yet)',
        { max: probation?.others ?? 0 },
        probation?.requests,
      ),
    ]),
    equals(`failures of ${victim} after its return`, 0, observed.failuresAfter),
    within(`successes of ${victim} after its return`, { min: 1 }, observed.successesAfter),
    ...doubted(slow, [within(customersServed, { min: 0.99 }, observed.sent === 0 ? undefined : round(observed.succeeded / observed.sent))]),
  ]
}

/** Exactly the configured count. While others send as well, those of their requests that were under way at the last failure may be more. */
function failuresUntilEjected(count: number, victim: string, { requestsBefore, inboundBefore, othersAtFault }: EjectionObserved): Check[] {
  const until = (by: string, observed: number): Check => {
    const what = `requests to ${victim} until it was ejected, by ${by}`
    return othersAtFault === 0 ? equals(what, count, observed) : within(what, { min: count, max: count + othersAtFault }, observed)
  }
  return doubted(disturbance(othersAtFault), [until("the caller's proxy", requestsBefore), until('its own proxy', inboundBefore)])
}

const disturbance = (others = 0): string | undefined => (others === 0 ? undefined : `others sent ${others} requests to catalog meanwhile`)

const round = (share: number) => Math.round(share * 10_000) / 10_000
