import { type Check, equals, within } from '../../checks/check.ts'
import { poll } from '../../checks/poll.ts'
import { hosts as hostsOf } from '../../envoy-admin/clusters.ts'
import { workers } from '../../envoy-admin/config.ts'
import type { Action } from '../core/action.ts'
import { outboundCluster } from '../core/destination.ts'
import { ejectionRule, envoyDefaults } from '../core/destination-rule.ts'
import type { Experiment } from '../core/experiment.ts'
import { firstReplica } from '../core/first-replica.ts'
import { changePolicy } from '../core/policy-change.ts'
import { policyNumbers } from '../core/policy-numbers.ts'
import type { PolicyObject } from '../core/policy-object.ts'
import { watchCallers } from '../core/timeline.ts'
import { sendOutbound } from '../core/traffic.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { observeStorm } from './retry-storm/observe.ts'
import { eagerRoute, stormRule, timeoutMs, tryMs, workMs } from './retry-storm/storm-policy.ts'
import { stormStory } from './retry-storm/story.ts'
import {
  goodputBack,
  hitByTrigger,
  type StormConfig,
  type StormObserved,
  servedBefore,
  stormVerdict,
  triggerWasDone,
} from './retry-storm/verdict.ts'
import { workerStates } from './retry-storm/worker-state.ts'
import type { ShopTarget } from './shop-target.ts'

const destination = shopDestination('httpbin')
const probe = shopWorkload('probe')
const cluster = outboundCluster(destination)
const rule = { kind: 'DestinationRule', namespace: destination.namespace, name: destination.service }
const route = { kind: 'VirtualService', namespace: destination.namespace, name: destination.service }

/** Half of what the destination can do: with two retries for each it is one and a half times that. */
const load = 0.5
const triggerMs = 2_000
/** A second's window of goodput, and half a window to find its begin. */
const windowMs = 1_500
/** The work of two triggers, and what a storm has piled up. */
const drained = { timeoutMs: 30_000, everyMs: 100 }

/** Overload that keeps itself up once it is there: a trigger comes and goes, and what is left depends on who may try again. */
export const retryStorm: Experiment<StormConfig, StormObserved, ShopTarget> = {
  name: 'retry-storm',
  hypothesis:
    'One slow request stops a destination for two seconds; with a retry budget and a breaker, goodput is back soon after, and without them retries alone keep the destination busy with answers that nobody waits for.',
  config: async (target) => {
    const hosts = await target.hosts(destination)
    const capacity = (hosts.length * 1000) / workMs
    const { baseMs, intervalMs } = ejectionRule(stormRule, destination) ?? envoyDefaults
    const recoveryMs = baseMs + intervalMs + tryMs + windowMs
    return {
      capacity,
      perSecond: load * capacity,
      workMs,
      tryMs,
      timeoutMs,
      triggerMs,
      recoveryMs,
      beforeMs: 3_000,
      // As long again as it may take: what has not come back then does not.
      afterMs: 2 * recoveryMs,
      budgetPercent: 20,
      caller: (await firstReplica(target, probe)).name,
    }
  },
  instruments: async (target) => [
    await target.openOutbound(probe, destination),
    await changePolicy(target, {
      ...route,
      to: eagerRoute,
      affected: (await target.replicas(probe)).map((proxy) => ({ proxy, part: 'routes' as const })),
    }),
    await ruleChange(target, stormRule),
  ],
  steadyState: async (target) => {
    const caller = await firstReplica(target, probe)
    const admin = target.admin(caller)
    const [hosts, states] = await Promise.all([target.hosts(destination), workerStates(target)])
    const queued = states.reduce((sum, one) => sum + one.queued, 0)
    const checks: Check[] = [
      within('httpbin replicas', { min: 1 }, hosts.length),
      equals("worker threads of probe's proxy", 1, await workers(admin)),
      equals('httpbin has done all its work', true, queued === 0),
    ]
    // A question would only add to it.
    if (queued > 0) return checks
    const { status } = await sendOutbound(target, caller, { destination, path: `/work/${workMs}` })
    const seen = await hostsOf(admin, cluster)
    return [
      ...checks,
      equals('httpbin hosts that take traffic', hosts.length, seen.filter(({ ejected }) => !ejected).length),
      equals('a request is answered', 200, status),
    ]
  },
  watch: async (target) => watchCallers(target, [await firstReplica(target, probe)], destination),
  action: (target, config) => slowRequests(target, config),
  observe: observeStorm,
  verdict: stormVerdict,
  story: stormStory,
  policyNumbers: async () => [...policyNumbers(rule, stormRule), ...policyNumbers(route, eagerRoute)],
  negativeControl: {
    change: 'retry budget, pool limits and ejection removed',
    mustFail: goodputBack,
    mustPass: [servedBefore, hitByTrigger, triggerWasDone],
    // Put back is the rule of this experiment and not the destination's own, which comes back when all is over.
    action: async (target) => ({
      description: 'no DestinationRule of httpbin',
      apply: async () => (await ruleChange(target, undefined)).apply(),
      rollback: async () => (await ruleChange(target, stormRule)).apply(),
    }),
  },
}

/** The rule as the caller's proxy has it, and the hosts' own, which it limits as well. */
async function ruleChange(target: ShopTarget, to: PolicyObject | undefined): Promise<Action> {
  const callers = await target.replicas(probe)
  return changePolicy(target, { ...rule, to, affected: callers.map((proxy) => ({ proxy, cluster })) })
}

/**
 * One request to each replica that takes so long that all others wait for it: somebody else's, past the caller's proxy. In force once it is worked
 * on; rolled back when it is done, because nobody can take it back.
 */
async function slowRequests(target: ShopTarget, config: Pick<StormConfig, 'triggerMs'>): Promise<Action> {
  const hosts = await target.hosts(destination)
  let asked: Promise<unknown> = Promise.resolve()
  return {
    description: `a request of ${config.triggerMs} ms to httpbin`,
    apply: async () => {
      asked = Promise.all(
        hosts.map(async (host) => {
          const { status } = await target.app(host, 'app', { method: 'GET', path: `/work/${config.triggerMs}` })
          if (status !== 200) throw new Error(`${host.name} answered the slow request with ${status}`)
        }),
      )
      asked.catch(() => {})
      await poll(
        () => workerStates(target),
        (states) => states.every(({ queued }) => queued > 0),
        drained,
      )
    },
    rollback: async () => void (await asked),
  }
}
