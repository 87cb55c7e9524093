import type { Host, Replica } from '../../../access/replica.ts'
import { type Destination, outboundCluster, type Workload } from '../destination.ts'
import { ejectionRule, envoyDefaults, withoutOutlierDetection } from '../destination-rule.ts'
import type { Experiment } from '../experiment.ts'
import { explainRun } from '../explain/explain-run.ts'
import { abortRequests } from '../http-fault.ts'
import { changePolicy } from '../policy-change.ts'
import type { PolicyReference } from '../policy-object.ts'
import type { Target } from '../target.ts'
import { watchCallers } from '../timeline.ts'
import { countedTraffic, type Traffic } from '../traffic.ts'
import { observeEjection } from './observe.ts'
import { ejectionSteadyState } from './steady-state.ts'
import { customersServed, type EjectionConfig, type EjectionObserved, ejectedOnce, ejectionVerdict, faultWasThere } from './verdict.ts'

/** An ejection to prove. */
export interface EjectionSubject<T extends Target> {
  readonly name: string
  readonly hypothesis: string
  readonly destination: Destination
  /** All its replicas send, each through a proxy that ejects for itself. */
  readonly caller: Workload
  /** The DestinationRule that rules the destination. */
  readonly rule: PolicyReference
  readonly traffic: Traffic<T>
  /** Whether the mesh sends a request that failed to another replica: then nobody notices; else each failure of the victim is one that its sender sees. */
  readonly retried: boolean
  /** What the replica that is broken answers. Default 500, which counts for `consecutive5xxErrors` only, so that the other detectors stay out of it. */
  readonly status?: number
  /** What the traffic and the fault need in the mesh, e.g. `openOutbound` and `openFaults`. */
  readonly instruments?: Experiment<EjectionConfig, EjectionObserved, T>['instruments']
}

/**
 * One of several replicas answers errors; each caller's proxy leaves it out after exactly the configured count, for the configured time, and
 * lets it back in. The control is the same without `outlierDetection`.
 */
export function ejectionExperiment<T extends Target>(subject: EjectionSubject<T>): Experiment<EjectionConfig, EjectionObserved, T> {
  const { name, hypothesis, destination, caller, rule, traffic, retried, status = 500, instruments } = subject
  const terms = { service: destination.service, traffic: traffic.name, retried }
  const callersOf = (target: T) => target.replicas(caller)
  return {
    name,
    hypothesis,
    ...(instruments && { instruments }),
    config: async (target) => {
      const declared = ejectionRule(await target.policy(rule), destination)
      const [hosts, callers] = await Promise.all([target.hosts(destination), callersOf(target)])
      return {
        declared: declared !== undefined,
        // Without the rule the run goes by Envoy's defaults, and shows that nobody is ejected.
        rule: declared ?? envoyDefaults,
        replicas: hosts.length,
        victim: hosts[0]?.name ?? 'no replica',
        status,
        callers: callers.map((replica) => replica.name),
      }
    },
    steadyState: async (target, config) => ejectionSteadyState(target, { destination, callers: await callersOf(target), traffic }, config),
    watch: async (target) => watchCallers(target, await callersOf(target), destination),
    action: async (target, { victim }) => abortRequests(target, named(victim, await target.hosts(destination)), { status }),
    observe: async (run, config) => {
      const [hosts, callers] = await Promise.all([run.target.hosts(destination), callersOf(run.target)])
      return observeEjection({
        ...run,
        config,
        destination,
        callers: config.callers.map((one) => named(one, callers)),
        victim: named(config.victim, hosts),
        traffic: countedTraffic(run.target, traffic),
      })
    },
    verdict: (config, observed) => ejectionVerdict(terms, config, observed),
    story: (_, { traffic: told = [] }) => ({ traffic: told }),
    explain: (target, checks) => explainRun(target, { judged: 'ejection', destination, caller, fault: { status } }, checks),
    negativeControl: {
      change: `outlierDetection removed from the DestinationRule of ${destination.service}`,
      mustFail: ejectedOnce,
      mustPass: [customersServed(terms), faultWasThere],
      action: async (target) => {
        const inForce = await target.policy(rule)
        return changePolicy(target, {
          ...rule,
          to: inForce && withoutOutlierDetection(inForce),
          affected: (await callersOf(target)).map((proxy) => ({ proxy, cluster: outboundCluster(destination) })),
        })
      },
    },
  }
}

/** @throws Error when it is gone */
function named<One extends Replica | Host>(name: string, replicas: readonly One[]): One {
  const found = replicas.find((replica) => replica.name === name)
  if (found === undefined) throw new Error(`${name} is gone`)
  return found
}
