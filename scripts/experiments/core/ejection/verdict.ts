import { broken, type Check, doubted, equals, within } from '../../../checks/check.ts'
import type { EjectionRule } from '../destination-rule.ts'
import { ofCaller } from '../of-caller.ts'
import type { Traffic } from '../result.ts'

/** What the rule promises. */
export interface EjectionConfig {
  /** False when the DestinationRule has no `outlierDetection`: then nothing can be claimed, and the verdict fails. */
  readonly declared: boolean
  readonly rule: EjectionRule
  readonly replicas: number
  /** Name of the replica that answers errors, and with which. */
  readonly victim: string
  readonly status: number
  /** Names of the replicas whose proxies eject, each for itself. */
  readonly callers: readonly string[]
}

/** What checks call things, and what else an experiment says of its traffic. */
export interface EjectionTerms {
  /** The Service. */
  readonly service: string
  /** Name of the traffic. */
  readonly traffic: string
  /** Whether the mesh sends a failed request to another replica, so that nobody notices; else each failure is somebody's. */
  readonly retried: boolean
}

/** Times are `performance.now()` milliseconds. */
export interface Ejection {
  /** The last moment before the failure that ejected can have been sent, and the first at which the proxy showed it. */
  readonly after: number
  readonly shownAt: number
  /** When the first request was sent of which the victim's failure was counted. */
  readonly firstFailedAt?: number
  /** The last moment at which the proxy showed the host ejected, and the first at which it did not; absent: it never returned. */
  readonly lastShownAt: number
  readonly returnedAt?: number
}

/** What one caller's proxy shows. */
export interface CallerObserved {
  readonly caller: string
  /** Requests to the victim from the fault on until it was ejected (or until the run gave up). */
  readonly requestsBefore: number
  /** Of those the failures. */
  readonly failuresBefore: number
  /** Requests of others to all replicas between the last snapshot of a victim that took traffic and the first of one that did not. */
  readonly othersAtFault: number
  readonly ejections: number
  readonly ejection?: Ejection
  readonly requestsWhile: number
  /** Of other replicas, so that "no request to the victim" is not "no request". */
  readonly othersWhile: number
  /** Requests to the victim from its ejection to the first snapshot that showed it back, and meanwhile those of others to all replicas. Absent: never ejected. */
  readonly probation?: { readonly requests: number; readonly others: number }
  readonly failuresAfter: number
  readonly successesAfter: number
}

export interface EjectionObserved {
  readonly callers: readonly CallerObserved[]
  /** Requests that reached the victim's own proxy, of all callers: until all had ejected it, and while all had. Absent where it does not count them. */
  readonly inbound?: { readonly before: number; readonly meanwhile: number }
  readonly sent: number
  readonly succeeded: number
  /** The longest that an answer took. */
  readonly slowestMs: number
  /** What the senders saw, for the report. */
  readonly traffic?: readonly Traffic[]
}

/** The check that fails without the rule, for each caller. */
export const ejectedOnce = "ejections of the victim by the caller's proxy"
/** The checks that hold without the rule as well: the victim fails, and retries go to another replica. */
export const faultWasThere = 'failures of the victim while it was broken (or nothing was injected)'
export const customersServed = ({ traffic, retried }: EjectionTerms): string =>
  retried ? `share of ${traffic} answered whole` : `${traffic} not answered whole = failures of the victim`

/** Each proxy keeps a breaker of its own, so each caller is judged for itself; what the victim's own proxy counts is their sum. */
export function ejectionVerdict(terms: EjectionTerms, config: EjectionConfig, observed: EjectionObserved): Check[] {
  const isOnly = config.callers.length === 1
  const others = sum(observed.callers.map(({ othersAtFault }) => othersAtFault))
  const each = config.callers.map((caller) => {
    const one = observed.callers.find((seen) => seen.caller === caller)
    const checks = one
      ? checksOf(terms, config, one)
      : { ejected: [broken('the caller was watched', 'it was not')], leftAlone: [], back: [] }
    return { caller, ...checks }
  })
  const { before: inbound, meanwhile } = observed.inbound ?? {}
  const past = (arrived: number | undefined, sent: (one: CallerObserved) => number) =>
    Math.max(0, (arrived ?? 0) - sum(observed.callers.map(sent)))
  /** Of workloads that are none of the callers: they have proxies of their own. */
  const strangers = {
    before: past(inbound, ({ requestsBefore }) => requestsBefore),
    meanwhile: past(meanwhile, ({ requestsWhile }) => requestsWhile),
  }
  return [
    equals(`the DestinationRule of ${terms.service} has outlierDetection`, true, config.declared),
    ...each.flatMap(({ caller, ejected }) => ofCaller(caller, isOnly, ejected)),
    ...(inbound === undefined
      ? []
      : doubted(disturbance(terms, others + strangers.before), [
          until(config.victim, 'its own proxy', {
            count: config.rule.consecutiveErrors * config.callers.length,
            others,
            requests: inbound,
          }),
        ])),
    ...each.flatMap(({ caller, leftAlone }) => ofCaller(caller, isOnly, leftAlone)),
    ...(meanwhile === undefined
      ? []
      : doubted(disturbance(terms, strangers.meanwhile), [
          equals(`requests to ${config.victim} while ejected, by its own proxy`, 0, meanwhile),
        ])),
    ...each.flatMap(({ caller, back }) => ofCaller(caller, isOnly, back)),
    ...served(terms, config, observed),
  ]
}

/** Exactly the configured count. While others send as well, those of their requests that were under way at the last failure may be more. */
function until(
  victim: string,
  by: string,
  { count, others, requests }: { readonly count: number; readonly others: number; readonly requests: number },
): Check {
  const what = `requests to ${victim} until it was ejected, by ${by}`
  return others === 0 ? equals(what, count, requests) : within(what, { min: count, max: count + others }, requests)
}

function checksOf(terms: EjectionTerms, { rule, victim }: EjectionConfig, observed: CallerObserved) {
  const { consecutiveErrors, baseMs, intervalMs } = rule
  const { ejection, probation, othersAtFault } = observed
  // The proxy shows states, not moments: both ends are known to within one snapshot.
  const uncertaintyMs =
    ejection?.returnedAt === undefined ? 0 : ejection.shownAt - ejection.after + ejection.returnedAt - ejection.lastShownAt
  const blurred =
    uncertaintyMs > intervalMs
      ? `this machine is too slow to judge: looking at the proxy took so long that ${Math.round(uncertaintyMs)} ms of the ejection are uncertain`
      : undefined
  const count = { count: consecutiveErrors, others: othersAtFault, requests: observed.requestsBefore }
  return {
    ejected: [
      equals(ejectedOnce, 1, observed.ejections),
      ...doubted(disturbance(terms, othersAtFault), [until(victim, "the caller's proxy", count)]),
    ],
    leftAlone: [
      within(faultWasThere, { min: consecutiveErrors }, observed.failuresBefore),
      equals(`requests to ${victim} while ejected, by the caller's proxy`, 0, observed.requestsWhile),
    ],
    back: [
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
      ...doubted(blurred ?? disturbance(terms, probation?.others), [
        within(
          'requests to it when it was first seen back (probation: no success yet)',
          { max: probation?.others ?? 0 },
          probation?.requests,
        ),
      ]),
      equals(`failures of ${victim} after its return`, 0, observed.failuresAfter),
      within(`successes of ${victim} after its return`, { min: 1 }, observed.successesAfter),
    ],
  }
}

/** With retries nobody notices; without them each failure of the victim is one that somebody saw, and no other is. */
function served(terms: EjectionTerms, { rule }: EjectionConfig, { callers, sent, succeeded, slowestMs }: EjectionObserved): Check[] {
  const name = customersServed(terms)
  const slow = slowestMs > rule.intervalMs ? `this machine is too slow to judge: an answer took ${Math.round(slowestMs)} ms` : undefined
  const failures = sum(callers.map(({ failuresBefore }) => failuresBefore))
  const others = sum(callers.map(({ othersAtFault }) => othersAtFault))
  return terms.retried
    ? doubted(slow, [within(name, { min: 0.99 }, sent === 0 ? undefined : round(succeeded / sent))])
    : doubted(slow ?? disturbance(terms, others), [equals(name, failures, sent === 0 ? 'nothing was sent' : sent - succeeded)])
}

const disturbance = ({ service }: EjectionTerms, others = 0): string | undefined =>
  others === 0 ? undefined : `others sent ${others} requests to ${service} meanwhile`

const sum = (values: readonly number[]): number => values.reduce((one, other) => one + other, 0)

const round = (share: number) => Math.round(share * 10_000) / 10_000
