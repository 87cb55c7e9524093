import { durationMs } from '../core/destination-rule.ts'
import { ejectionExperiment } from '../core/ejection/ejection-experiment.ts'
import type { AnyExperiment } from '../core/experiment.ts'
import { blockInForce } from '../core/explain/block-in-force.ts'
import { namespaceOf } from '../core/explain/host.ts'
import { routeInForce } from '../core/explain/route-in-force.ts'
import { isStatusRetried, retriedStatus } from '../core/explain/route-reasons.ts'
import { ruleInForce } from '../core/explain/rule-in-force.ts'
import type { Judged, Situation } from '../core/explain/situation.ts'
import { hungExperiment } from '../core/hung/hung-experiment.ts'
import type { PolicyReference } from '../core/policy-object.ts'
import { type HoldTime, holdByDelay } from '../core/pool/hold-by-delay.ts'
import { poolExperiment } from '../core/pool/pool-experiment.ts'
import { retryExperiment } from '../core/route/retry-experiment.ts'
import type { RouteReference } from '../core/route/route-rule.ts'
import { timeoutExperiment } from '../core/route/timeout-experiment.ts'
import { withoutEjection } from '../core/route/without-ejection.ts'
import { withoutTimeoutOf } from '../core/route/without-timeout.ts'
import type { Target } from '../core/target.ts'
import { outboundTraffic } from '../core/traffic.ts'
import type { Survey } from './survey.ts'

/** What is to be proven of a service, and with which request. */
export interface OwnSubject {
  readonly survey: Survey
  readonly path: string
}

export type OwnKindName = 'ejection' | 'pool' | 'retry' | 'timeout' | 'hung'

/** One that is made for any service, and what of its policy it judges. */
interface OwnKind {
  readonly judged: Judged
  readonly hypothesis: string
  experiment(subject: OwnSubject): AnyExperiment
}

/** A replica that fails answers this: it counts for `consecutive5xxErrors` alone. */
const failure = 500
/** In a slow cluster a count takes seconds. */
const hold: HoldTime = { firstMs: 4_000, leastMs: 1_000, mostMs: 10_000 }

export const ownKinds: Readonly<Record<OwnKindName, OwnKind>> = {
  ejection: {
    judged: 'ejection',
    hypothesis:
      'A replica that answers errors is ejected by each caller after exactly the configured count, gets no request for the configured time, and then returns.',
    experiment: (subject) =>
      ejectionExperiment({
        ...base('ejection', subject),
        traffic: outboundTraffic(subject.survey.destination, subject.path),
        retried: isStatusRetried(routeInForce(situation('ejection', subject)), failure),
        status: failure,
      }),
  },
  pool: {
    judged: 'pool',
    hypothesis:
      "Of many requests at once, each caller's proxy lets the pool's connections and pending places through and refuses all others at once.",
    experiment: (subject) => {
      const { instruments, ...common } = base('pool', subject)
      const { destination, callerWorkload: caller } = subject.survey
      const mostMs = longestHoldMs(subject)
      // A time-out would free places of the pool before they are counted.
      const isCutShort = mostMs < hold.firstMs
      return poolExperiment({
        ...common,
        instruments: async (target) => [
          ...(await instruments(target)),
          ...(isCutShort ? [await withoutTimeoutOf(target, { route: routeOf(subject), caller })] : []),
        ],
        holder: holdByDelay({ destination, path: subject.path, hold: isCutShort ? hold : { ...hold, mostMs } }),
        rounds: 5,
      })
    },
  },
  retry: {
    judged: 'retry',
    hypothesis: 'A call that fails is sent again as often as the route says and no more, and another replica saves it.',
    experiment: (subject) => retryExperiment({ ...routed('retry', subject), path: subject.path, status: failureOf(subject) }),
  },
  timeout: {
    judged: 'timeout',
    hypothesis: 'When every replica hangs, a call ends when the route says, and not later.',
    experiment: (subject) => timeoutExperiment({ ...routed('timeout', subject), path: subject.path }),
  },
  hung: {
    judged: 'hung',
    hypothesis:
      'When every replica hangs, no more calls wait than the pool has places, and none longer than the time-out; all others are refused at once.',
    experiment: (subject) => hungExperiment({ ...base('hung', subject), route: routeOf(subject), path: subject.path }),
  },
}

export const situation = (judged: Judged, { survey, path }: OwnSubject): Situation => ({
  ...survey,
  judged,
  request: { method: 'GET', path },
  checks: [],
})

/** What all of them are made of. */
function base(name: OwnKindName, subject: OwnSubject) {
  const { destination, callerWorkload: caller } = subject.survey
  return {
    name: `${destination.namespace}-${destination.service}-${name}`,
    hypothesis: ownKinds[name].hypothesis,
    destination,
    caller,
    rule: ruleOf(ownKinds[name].judged, subject),
    instruments: async (target: Target) => [await target.openOutbound(caller, destination), await target.openFaults(destination)],
  }
}

/** Of those that judge a route: ejection is taken away meanwhile. */
function routed(name: OwnKindName, subject: OwnSubject) {
  const { rule, instruments, ...common } = base(name, subject)
  const { destination, caller } = common
  return {
    ...common,
    route: routeOf(subject),
    instruments: async (target: Target) => [...(await instruments(target)), await withoutEjection(target, { rule, destination, caller })],
  }
}

/** The entry of a VirtualService that the calls take, or the one that somebody would write. */
function routeOf(subject: OwnSubject): RouteReference {
  const { namespace, service } = subject.survey.destination
  const { entry } = routeInForce(situation('timeout', subject))
  return entry ?? { kind: 'VirtualService', namespace, name: service, index: 0 }
}

/** An error that the route retries; a service whose route retries none is refused before. */
const failureOf = (subject: OwnSubject): number => retriedStatus(routeInForce(situation('retry', subject))) ?? 503

/** The DestinationRule that the callers get, or the one that somebody would write. */
function ruleOf(judged: Judged, subject: OwnSubject): PolicyReference {
  const kind = 'DestinationRule'
  const { namespace, service, port, subset } = subject.survey.destination
  const inForce = ruleInForce(situation(judged, subject))
  const block = judged === 'ejection' ? 'outlierDetection' : 'connectionPool'
  const first = blockInForce(block, inForce, { port, subset }).rule ?? inForce.rules[0]
  return first === undefined ? { kind, namespace, name: service } : { kind, namespace: namespaceOf(first), name: first.metadata.name }
}

/** Shorter than what ends a request on its way. */
function longestHoldMs(subject: OwnSubject): number {
  const { timeout, retries } = routeInForce(situation('pool', subject))
  const ends = [timeout, retries?.perTryTimeout].flatMap((text) => (text === undefined ? [] : [durationMs(text)])).filter((ms) => ms > 0)
  return Math.min(hold.mostMs, ...ends.map((ms) => Math.floor(0.8 * ms)))
}
