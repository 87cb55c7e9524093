import type { Replica } from '../../../access/replica.ts'
import { within } from '../../../checks/check.ts'
import { type HostStatus, hosts as hostsOf } from '../../../envoy-admin/clusters.ts'
import { outboundCluster } from '../destination.ts'
import type { Experiment } from '../experiment.ts'
import { explainRun } from '../explain/explain-run.ts'
import { abortRequests } from '../http-fault.ts'
import { changePolicy } from '../policy-change.ts'
import { trafficOf } from '../sent-request.ts'
import type { Target } from '../target.ts'
import { watchCallers } from '../timeline.ts'
import { together } from '../together.ts'
import { sendOutbound } from '../traffic.ts'
import { arrivedAt } from './arrived.ts'
import { hostsFailed, type RetryConfig, type RetryObserved, retryVerdict, sentAgain } from './retry-verdict.ts'
import { routeRule, withoutRetries } from './route-rule.ts'
import { callsOf, type RouteSubject } from './route-subject.ts'

/** Retries to prove. */
export interface RetrySubject extends RouteSubject {
  /** An error that the route retries. */
  readonly status: number
  readonly instruments?: Experiment<RetryConfig, RetryObserved>['instruments']
}

/** Of each caller; enough that a host which fails alone is met. */
const requests = 12

/**
 * All hosts fail, then one alone: a failed call is sent again exactly as often as the route says, and is saved where another host is right. The
 * control is the same without retries.
 */
export function retryExperiment(subject: RetrySubject): Experiment<RetryConfig, RetryObserved> {
  const { name, hypothesis, destination, caller, route, path, status, instruments } = subject
  const cluster = outboundCluster(destination)
  const aborts = async (target: Target) =>
    (await target.hosts(destination)).map((host) => ({ host, ...abortRequests(target, host, { status }) }))
  const requestsOf = (seen: readonly HostStatus[]) => seen.reduce((sum, { requests: sent }) => sum + sent, 0)
  return {
    name,
    hypothesis,
    ...(instruments && { instruments }),
    config: async (target) => {
      const [object, hosts, callers] = await Promise.all([target.policy(route), target.hosts(destination), target.replicas(caller)])
      const { attempts } = routeRule(object, route.index)
      return { attempts, status, hosts: hosts.length, callers: callers.map((replica) => replica.name), requests }
    },
    steadyState: async (target, { hosts, callers }) => {
      const replicas = await target.replicas(caller)
      const answers = await Promise.all(replicas.map((one) => sendOutbound(target, one, { destination, path })))
      const seen = await Promise.all(replicas.map((one) => hostsOf(target.admin(one), cluster)))
      const healthy = seen.map((all) => all.filter(({ ejected }) => !ejected).length)
      return [
        within('hosts (a call is saved by another one)', { min: 2 }, hosts),
        within('callers', { min: 1 }, callers.length),
        within('fewest hosts that take traffic, by a caller', { min: hosts }, Math.min(...healthy)),
        within(
          `callers that GET ${path} answered without an error`,
          { min: replicas.length },
          answers.filter((answer) => answer.status !== undefined && answer.status < 500).length,
        ),
      ]
    },
    watch: async (target) => watchCallers(target, await target.replicas(caller), destination),
    action: async (target) => together('hosts that fail', await aborts(target)),
    observe: async ({ target, signal, progress, applyAction, rollbackAction, elapsedMs }, config) => {
      const callers = (await target.replicas(caller)).filter((one) => config.callers.includes(one.name))
      const hosts = await target.hosts(destination)
      const send = (one: Replica) => callsOf(target, one, { destination, path }, { count: requests, signal })
      const seenBy = (one: Replica) => hostsOf(target.admin(one), cluster)

      const [before, arrivedBefore] = [await Promise.all(callers.map(seenBy)), await arrivedAt(target, hosts)]
      await applyAction()
      const allFail = await Promise.all(callers.map(send))
      const [after, arrivedAfter] = [await Promise.all(callers.map(seenBy)), await arrivedAt(target, hosts)]
      // All but one are right again; that one goes with the rollback.
      const [victim, ...others] = await aborts(target)
      for (const { rollback } of others) await rollback()
      const oneFails = await Promise.all(callers.map(send))
      const last = await Promise.all(callers.map(seenBy))
      await rollbackAction()

      const toVictim = (seen: readonly HostStatus[] | undefined) =>
        seen?.find(({ address }) => address === victim?.host.address)?.requests ?? 0
      progress(
        `${config.requests} calls of each caller were sent ${after.map((seen, index) => requestsOf(seen) - requestsOf(before[index] ?? [])).join(', ')} times`,
      )
      return {
        callers: callers.map((one, index) => ({
          caller: one.name,
          allFail: allFail[index] ?? [],
          oneFails: oneFails[index] ?? [],
          sent: requestsOf(after[index] ?? []) - requestsOf(before[index] ?? []),
          reachedVictim: toVictim(last[index]) - toVictim(after[index]),
        })),
        arrived: arrivedBefore === undefined || arrivedAfter === undefined ? undefined : arrivedAfter - arrivedBefore,
        traffic: callers.map(({ name: of }, index) =>
          trafficOf([...(allFail[index] ?? []), ...(oneFails[index] ?? [])], { startedAt: Date.now() - elapsedMs(), caller: of }),
        ),
      }
    },
    verdict: retryVerdict,
    story: (_, { traffic = [] }) => ({ traffic }),
    explain: (target, checks) => explainRun(target, { judged: 'retry', destination, caller, fault: { status } }, checks),
    negativeControl: {
      change: `the retries of ${route.kind} ${route.name} removed`,
      mustFail: sentAgain,
      mustPass: [hostsFailed],
      action: async (target) => {
        const inForce = await target.policy(route)
        const affected = (await target.replicas(caller)).map((proxy) => ({ proxy, part: 'routes' as const }))
        return changePolicy(target, { ...route, to: inForce && withoutRetries(inForce, route.index), affected })
      },
    },
  }
}
