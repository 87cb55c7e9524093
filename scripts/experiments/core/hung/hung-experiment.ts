import { within } from '../../../checks/check.ts'
import { type Destination, outboundCluster, type Workload } from '../destination.ts'
import { withoutBlocks } from '../destination-rule.ts'
import type { Experiment } from '../experiment.ts'
import { explainRun } from '../explain/explain-run.ts'
import { delayRequests } from '../http-fault.ts'
import { ofCaller } from '../of-caller.ts'
import { changePolicy } from '../policy-change.ts'
import type { PolicyReference } from '../policy-object.ts'
import { limitedBy } from '../pool/limited-by.ts'
import { mostPlaces, poolSteadyState } from '../pool/steady-state.ts'
import { type RouteReference, routeRule } from '../route/route-rule.ts'
import { withoutEjection } from '../route/without-ejection.ts'
import { withoutTimeoutOf } from '../route/without-timeout.ts'
import { watchCallers } from '../timeline.ts'
import { together } from '../together.ts'
import { sendOutbound } from '../traffic.ts'
import { hungRule } from './hung-rule.ts'
import { observeHung } from './observe.ts'
import { hungStory } from './story.ts'
import { callsBounded, type HungConfig, type HungObserved, hungVerdict, nobodyAnswered, refusedAtOnce } from './verdict.ts'

/** A service whose callers are to be kept from waiting for it. */
export interface HungSubject {
  readonly name: string
  readonly hypothesis: string
  readonly destination: Destination
  /** All its replicas call, each through a proxy that has a pool of its own. */
  readonly caller: Workload
  /** The DestinationRule that rules the destination, and the route that its calls take. */
  readonly rule: PolicyReference
  readonly route: RouteReference
  readonly path: string
  /** What the calls and the fault need in the mesh, e.g. `openOutbound` and `openFaults`. */
  readonly instruments?: Experiment<HungConfig, HungObserved>['instruments']
}

/** Calls beyond what the pool takes, and calls once it is full. */
const [excess, beside] = [8, 6]
const perSecond = 15
/** In all while it hangs: without rules each of them waits, and in a cluster each has a tunnel of its own. */
const mostCalls = 60
/** Calls go on until those that came first have ended, so that the pool is seen to stay full and no more. */
const onMs = 1_000
/** Longer than anybody waits, with rules or without. */
const hangsFor = (timeoutMs: number) => 4 * timeoutMs + 30_000
/** A run takes seven times as long. */
const longestTimeoutMs = 60_000

/**
 * All replicas of a destination take calls and answer none: each caller loses the places of its pool for the time-out; all other calls are refused at
 * once. Ejection is taken away meanwhile, because whoever is ejected keeps nobody waiting. The control is the same without limits and time-out.
 */
export function hungExperiment(subject: HungSubject): Experiment<HungConfig, HungObserved> {
  const { name, hypothesis, destination, caller, rule, route, path, instruments } = subject
  const { service } = destination
  const cluster = outboundCluster(destination)
  return {
    name,
    hypothesis,
    ...(instruments && { instruments }),
    config: async (target) => {
      const [rules, routes] = await Promise.all([target.policy(rule), target.policy(route)])
      const [hosts, callers] = await Promise.all([target.hosts(destination), target.replicas(caller)])
      const promised = hungRule(rules, routeRule(routes, route.index), destination, { hosts, callers })
      const hungMs = promised.timeoutMs + onMs
      return {
        ...promised,
        requests: promised.maxConnections + promised.maxPending + excess + Math.max(0, hosts.length - 1),
        beside,
        perSecond: Math.min(perSecond, (1000 * mostCalls) / hungMs),
        hungMs,
      }
    },
    steadyState: async (target, { declared, maxConnections, maxPending, timeoutMs, hosts }) => {
      const callers = await target.replicas(caller)
      const limits = declared ? { maxConnections, maxPending } : undefined
      const each = callers.map(async (one) => {
        const ask = () => sendOutbound(target, one, { destination, path })
        return ofCaller(one.name, callers.length === 1, await poolSteadyState(target, { caller: one, cluster, limits, hosts, ask }))
      })
      return [
        within('callers', { min: 1 }, callers.length),
        within(`${service} replicas`, { min: 1 }, hosts),
        within('places in the pool (more cannot be filled at once)', { max: mostPlaces }, maxConnections + maxPending),
        within('time-out, ms (longer ones are not waited for)', { max: longestTimeoutMs }, timeoutMs),
        ...(await Promise.all(each)).flat(),
      ]
    },
    watch: async (target) => watchCallers(target, await target.replicas(caller), destination),
    action: async (target, { timeoutMs }) =>
      together(`${service}, which hangs`, [
        await withoutEjection(target, { rule, destination, caller }),
        ...(await target.hosts(destination)).map((host) => delayRequests(target, host, { ms: hangsFor(timeoutMs) })),
      ]),
    observe: (run, config) => observeHung(run, config, { destination, caller, path }),
    verdict: (config, observed) => hungVerdict(service, config, observed),
    story: (config, observed) => hungStory(service, config, observed),
    explain: (target, checks) =>
      explainRun(
        target,
        { judged: 'hung', destination, caller, fault: { delayMs: Number.POSITIVE_INFINITY }, request: { method: 'GET', path } },
        checks,
      ),
    negativeControl: {
      change: `the limits of DestinationRule ${rule.name} and the time-out of ${route.kind} ${route.name} removed`,
      mustFail: [callsBounded, refusedAtOnce],
      mustPass: [nobodyAnswered],
      action: async (target) => {
        const [rules, hosts, callers] = await Promise.all([target.policy(rule), target.hosts(destination), target.replicas(caller)])
        return together('limits and time-out removed', [
          await changePolicy(target, {
            ...rule,
            to: rules && withoutBlocks(rules, ['connectionPool', 'outlierDetection']),
            affected: limitedBy(rule, rules, { destination, caller }, { callers, hosts }),
          }),
          await withoutTimeoutOf(target, { route, caller }),
        ])
      },
    },
  }
}
