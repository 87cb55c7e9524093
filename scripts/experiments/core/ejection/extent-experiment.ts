import { within } from '../../../checks/check.ts'
import { outboundCluster } from '../destination.ts'
import { ejectionRule, envoyDefaults, mostEjected, withOutlierDetection } from '../destination-rule.ts'
import type { Experiment } from '../experiment.ts'
import { explainRun } from '../explain/explain-run.ts'
import { abortRequests } from '../http-fault.ts'
import { changePolicy } from '../policy-change.ts'
import type { Target } from '../target.ts'
import { watchCallers } from '../timeline.ts'
import { together } from '../together.ts'
import type { EjectionSubject } from './ejection-experiment.ts'
import {
  type ExtentConfig,
  type ExtentObserved,
  extentStory,
  extentVerdict,
  lastsTwice,
  neverMore,
  secondFailed,
} from './extent-verdict.ts'
import { observeExtent } from './observe-extent.ts'
import { ejectionSteadyState } from './steady-state.ts'

/** A request that failed is sent to another replica: here nobody notices. */
export type ExtentSubject<T extends Target> = Omit<EjectionSubject<T>, 'retried'>

/** A sweep forgets an ejection of a host that was well since the sweep before: time for two. */
const sweepsToForget = 2.5

/**
 * One of several replicas fails and goes on failing; when it is out, a second one fails for a while. Only so many are ejected as the
 * percentage allows, and the second ejection in a row lasts twice as long. In the control all may be ejected, and the replica is well for some
 * sweeps before it fails again.
 */
export function extentExperiment<T extends Target>(subject: ExtentSubject<T>): Experiment<ExtentConfig, ExtentObserved, T> {
  const { name, hypothesis, destination, caller, rule, traffic, status = 500, instruments } = subject
  const callersOf = (target: T) => target.replicas(caller)
  const brokenBy = async (target: T, { victim, second }: ExtentConfig) => {
    const hosts = await target.hosts(destination)
    return [victim, second].map((one) => {
      const host = hosts.find((known) => known.name === one)
      if (host === undefined) throw new Error(`${one} is gone`)
      return { host, fault: abortRequests(target, host, { status }) }
    })
  }
  return {
    name,
    hypothesis,
    ...(instruments && { instruments }),
    config: async (target) => {
      const inForce = await target.policy(rule)
      const declared = ejectionRule(inForce, destination)
      const [hosts, callers] = await Promise.all([target.hosts(destination), callersOf(target)])
      return {
        declared: declared !== undefined,
        rule: declared ?? envoyDefaults,
        replicas: hosts.length,
        victim: hosts[0]?.name ?? 'no replica',
        second: hosts[1]?.name ?? 'no replica',
        status,
        mostAtOnce: mostEjected(inForce, destination, hosts.length),
        wellMs: 0,
        callers: callers.map((replica) => replica.name),
      }
    },
    steadyState: async (target, config) => [
      within(
        'replicas that may be ejected at the same time (a second one is broken, and must stay)',
        { min: 1, max: 1 },
        config.mostAtOnce,
      ),
      ...(await ejectionSteadyState(target, { destination, callers: await callersOf(target), traffic }, config)),
    ],
    watch: async (target) => watchCallers(target, await callersOf(target), destination),
    action: async (target, config) => {
      const [first, ...later] = (await brokenBy(target, config)).map(({ fault }) => fault)
      const all = together('replicas that answer errors', [...(first ? [first] : []), ...later])
      // The second one is broken later, and repaired with the first.
      return { ...all, apply: async () => first?.apply() }
    },
    observe: async (run, config) => {
      const [victim, second] = await brokenBy(run.target, config)
      const callers = (await callersOf(run.target)).filter((one) => config.callers.includes(one.name))
      if (victim === undefined || second === undefined) throw new Error('there are not two replicas to break')
      return observeExtent({ ...run, config, destination, callers, victim, second }, traffic)
    },
    verdict: (config, observed) => extentVerdict(destination.service, config, observed),
    story: (config, observed) => extentStory(destination.service, config, observed),
    explain: (target, checks) => explainRun(target, { judged: 'ejection', destination, caller, fault: { status } }, checks),
    negativeControl: {
      change: `maxEjectionPercent 100 in the DestinationRule of ${destination.service}, and the replica is well for some sweeps before it fails again`,
      mustFail: [neverMore, lastsTwice],
      mustPass: [secondFailed],
      without: (config) => ({ ...config, wellMs: sweepsToForget * config.rule.intervalMs }),
      action: async (target) => {
        const inForce = await target.policy(rule)
        return changePolicy(target, {
          ...rule,
          to: inForce && withOutlierDetection(inForce, destination, { maxEjectionPercent: 100 }),
          affected: (await callersOf(target)).map((proxy) => ({ proxy, cluster: outboundCluster(destination) })),
        })
      },
    },
  }
}
