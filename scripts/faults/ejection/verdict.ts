import { type Check, equals, within } from '../check.ts'
import type { EjectionRule } from '../destination-rule.ts'

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
  /** The last moment before the failure that ejected was sent, and the first at which the proxy showed it. */
  readonly after: number
  readonly shownAt: number
  /** The last moment at which the proxy showed the host ejected, and the first at which it did not; absent: it never returned. */
  readonly lastShownAt: number
  readonly returnedAt?: number
}

export interface EjectionObserved {
  /** Requests to the victim from the fault on until it was ejected (or until the run gave up), by the caller's proxy and by the callee's. */
  readonly requestsBefore: number
  readonly inboundBefore: number
  readonly ejections: number
  readonly ejection?: Ejection
  readonly requestsWhile: number
  readonly inboundWhile: number
  /** Of other replicas, so that "no request to the victim" is not "no request". */
  readonly othersWhile: number
  readonly inProbation: boolean
  readonly failuresAfter: number
  readonly successesAfter: number
  readonly sent: number
  readonly succeeded: number
}

/** The check that fails without the rule. */
export const ejectedOnce = "ejections of the victim by the caller's proxy"
/** The check that holds without the rule as well: retries go to another replica. */
export const customersServed = 'share of GET /v1/products answered whole'

export function ejectionVerdict({ declared, rule, victim }: EjectionConfig, observed: EjectionObserved): Check[] {
  const { consecutiveErrors, baseMs, intervalMs } = rule
  const { ejection } = observed
  // The proxy does not tell the moments, only states: both ends are known to within a look.
  const uncertaintyMs =
    ejection?.returnedAt === undefined ? 0 : ejection.shownAt - ejection.after + ejection.returnedAt - ejection.lastShownAt
  return [
    equals('the DestinationRule of catalog has outlierDetection', true, declared),
    equals(ejectedOnce, 1, observed.ejections),
    equals(`requests to ${victim} until it was ejected, by the caller's proxy`, consecutiveErrors, observed.requestsBefore),
    equals(`requests to ${victim} until it was ejected, by its own proxy`, consecutiveErrors, observed.inboundBefore),
    equals(`requests to ${victim} while ejected, by the caller's proxy`, 0, observed.requestsWhile),
    equals(`requests to ${victim} while ejected, by its own proxy`, 0, observed.inboundWhile),
    within('requests to the other replicas meanwhile', { min: 1 }, observed.othersWhile),
    // It returns at the first sweep after the base time, and sweeps come once an interval.
    within(
      'ejected for, ms',
      { min: baseMs, max: Math.ceil(baseMs + intervalMs + uncertaintyMs) },
      ejection?.returnedAt === undefined ? undefined : Math.round(ejection.returnedAt - ejection.after),
    ),
    within('of which uncertain, ms (looking often enough to tell)', { max: intervalMs }, ejection && Math.round(uncertaintyMs)),
    equals('in probation after its return (back, no success yet)', true, observed.inProbation),
    equals(`failures of ${victim} after its return`, 0, observed.failuresAfter),
    within(`successes of ${victim} after its return`, { min: 1 }, observed.successesAfter),
    within(customersServed, { min: 0.99 }, observed.sent === 0 ? undefined : round(observed.succeeded / observed.sent)),
  ]
}

const round = (share: number) => Math.round(share * 10_000) / 10_000
