import type { Replica } from '../../../access/replica.ts'
import { within } from '../../../checks/check.ts'
import type { Experiment } from '../experiment.ts'
import { explainRun } from '../explain/explain-run.ts'
import { delayRequests } from '../http-fault.ts'
import { trafficOf } from '../sent-request.ts'
import type { Target } from '../target.ts'
import { watchCallers } from '../timeline.ts'
import { together } from '../together.ts'
import { sendOutbound } from '../traffic.ts'
import { arrivedAt } from './arrived.ts'
import { routeRule } from './route-rule.ts'
import { callsOf, type RouteSubject } from './route-subject.ts'
import { endedByTimeout, endOf, hostsWereSlow, type TimeoutConfig, type TimeoutObserved, timeoutVerdict } from './timeout-verdict.ts'
import { withoutTimeoutOf } from './without-timeout.ts'

/** A time-out to prove. */
export interface TimeoutSubject extends RouteSubject {
  readonly instruments?: Experiment<TimeoutConfig, TimeoutObserved>['instruments']
}

const requests = 5
/** Longer than a call may take: the difference is what the control shows. */
const beyondMs = 1_500
/** Of a route without one: the run goes by it, and shows that nothing ends a call. */
const asIfMs = 1_000

/** Every host of a destination hangs: each call ends when its route says. The control is the same without a time-out. */
export function timeoutExperiment(subject: TimeoutSubject): Experiment<TimeoutConfig, TimeoutObserved> {
  const { name, hypothesis, destination, caller, route, path, instruments } = subject
  const delays = async (target: Target, { delayMs }: TimeoutConfig) =>
    together(
      'slow hosts',
      (await target.hosts(destination)).map((host) => delayRequests(target, host, { ms: delayMs })),
    )
  return {
    name,
    hypothesis,
    ...(instruments && { instruments }),
    config: async (target) => {
      const rule = routeRule(await target.policy(route), route.index)
      const { max } = endOf(rule)
      const callers = (await target.replicas(caller)).map((replica) => replica.name)
      return { ...rule, callers, requests, delayMs: (Number.isFinite(max) ? max : asIfMs) + beyondMs }
    },
    steadyState: async (target, { callers }) => {
      const [replicas, hosts] = await Promise.all([target.replicas(caller), target.hosts(destination)])
      const answers = await Promise.all(replicas.map((one) => sendOutbound(target, one, { destination, path })))
      const whole = answers.filter(({ status }) => status !== undefined && status < 500).length
      return [
        within('hosts', { min: 1 }, hosts.length),
        within('callers', { min: 1 }, callers.length),
        within(`callers that GET ${path} answered without an error`, { min: replicas.length }, whole),
      ]
    },
    watch: async (target) => watchCallers(target, await target.replicas(caller), destination),
    action: delays,
    observe: async ({ target, signal, progress, applyAction, rollbackAction, elapsedMs }, config) => {
      const callers = (await target.replicas(caller)).filter((one) => config.callers.includes(one.name))
      const hosts = await target.hosts(destination)
      // Longer than what is promised, so that a call that does not end is seen.
      const send = (one: Replica) => callsOf(target, one, { destination, path }, { count: requests, withinMs: 3 * config.delayMs, signal })
      const quick = await Promise.all(callers.map(send))
      const before = await arrivedAt(target, hosts)
      await applyAction()
      const slow = await Promise.all(callers.map(send))
      await rollbackAction()
      const after = await arrivedAt(target, hosts)
      progress(`answers of slow hosts after ${slow.map((answers) => answers.map(({ ms }) => Math.round(ms)).join(' ')).join('; ')} ms`)
      return {
        callers: callers.map((one, index) => ({ caller: one.name, slow: slow[index] ?? [], quick: quick[index] ?? [] })),
        arrived: before === undefined || after === undefined ? undefined : after - before,
        traffic: callers.map(({ name: of }, index) =>
          trafficOf([...(quick[index] ?? []), ...(slow[index] ?? [])], { startedAt: Date.now() - elapsedMs(), caller: of }),
        ),
      }
    },
    verdict: timeoutVerdict,
    story: (_, { traffic = [] }) => ({ traffic }),
    explain: (target, checks) =>
      explainRun(target, { judged: 'timeout', destination, caller, fault: { delayMs: Number.POSITIVE_INFINITY } }, checks),
    negativeControl: {
      change: `the time-out of ${route.kind} ${route.name} removed`,
      mustFail: endedByTimeout,
      mustPass: [hostsWereSlow],
      action: (target) => withoutTimeoutOf(target, { route, caller }),
    },
  }
}
