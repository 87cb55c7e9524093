import type { Host } from '../../../access/replica.ts'
import { type Check, within } from '../../../checks/check.ts'
import { type Destination, outboundCluster, type Workload } from '../destination.ts'
import { poolLimits, poolLimitsOrLeast, withoutBlocks } from '../destination-rule.ts'
import type { Experiment, Run } from '../experiment.ts'
import { explainRun } from '../explain/explain-run.ts'
import { ofCaller } from '../of-caller.ts'
import { changePolicy } from '../policy-change.ts'
import type { PolicyReference } from '../policy-object.ts'
import { trafficOf } from '../sent-request.ts'
import type { Target } from '../target.ts'
import { watchCallers } from '../timeline.ts'
import type { Holder } from './held-requests.ts'
import { limitedBy } from './limited-by.ts'
import { playRound, type Round } from './round.ts'
import { mostPlaces, poolSteadyState } from './steady-state.ts'
import { nothingElse, type PoolConfig, type PoolObserved, poolVerdict, refusedAtOnce } from './verdict.ts'

/** A pool to prove. */
export interface PoolSubject<T extends Target> {
  readonly name: string
  readonly hypothesis: string
  readonly destination: Destination
  /** All its replicas send, each through a proxy that has a pool of its own. */
  readonly caller: Workload
  /** The DestinationRule that rules the destination. */
  readonly rule: PolicyReference
  readonly holder: Holder<T>
  /** Of each caller. Default 10. */
  readonly rounds?: number
  /** What the traffic and the holder need in the mesh, e.g. `openOutbound` and `openFaults`. */
  readonly instruments?: Experiment<PoolConfig, PoolObserved, T>['instruments']
  /** What else must hold before anything is sent, e.g. that nothing is held. */
  readonly alsoSteady?: (target: T, hosts: readonly Host[]) => Promise<readonly Check[]>
}

/** Refused in each round, beyond what the rule lets through. */
const excess = 8
/** Rounds of each caller that may be played again. */
const mostAgain = 3
/** Single requests in each round, refused and served: together enough for a p99 that is not one outlier of a handful. */
const beside = 10

/**
 * Of many requests at once, a caller's proxy lets the pool's connections and pending places through and refuses all others at once; one caller
 * after another. Nothing is broken: the overload is in the rounds, and rolling it back is to hold nobody any longer. The control is the same
 * without the rule.
 */
export function poolExperiment<T extends Target>(subject: PoolSubject<T>): Experiment<PoolConfig, PoolObserved, T> {
  const { name, hypothesis, destination, caller, rule, holder, rounds = 10, instruments, alsoSteady } = subject
  const { service, subset } = destination
  const cluster = outboundCluster(destination)
  return {
    name,
    hypothesis,
    ...(instruments && { instruments }),
    config: async (target) => {
      const inForce = await target.policy(rule)
      const { maxConnections, maxPending } = poolLimitsOrLeast(inForce, destination)
      const [hosts, callers] = await Promise.all([target.hosts(destination), target.replicas(caller)])
      const requests = maxConnections + maxPending + excess + Math.max(0, hosts.length - 1)
      const names = callers.map((replica) => replica.name)
      return {
        declared: poolLimits(inForce, destination) !== undefined,
        maxConnections,
        maxPending,
        requests,
        beside,
        rounds,
        hosts: hosts.length,
        callers: names,
      }
    },
    steadyState: async (target, config) => {
      const [hosts, callers] = await Promise.all([target.hosts(destination), target.replicas(caller)])
      const limits = config.declared ? config : undefined
      const each = callers.map(async (one) => {
        const ask = async () => (await holder.singly(target, one, { count: 1, untilServed: true }))[0]
        const pool = { caller: one, cluster, limits, hosts: config.hosts, ask }
        return ofCaller(one.name, callers.length === 1, await poolSteadyState(target, pool))
      })
      return [
        within('callers', { min: 1 }, callers.length),
        within(`${service} replicas`, { min: 1 }, hosts.length),
        within('places in the pool (more cannot be filled at once)', { max: mostPlaces }, config.maxConnections + config.maxPending),
        ...((await alsoSteady?.(target, hosts)) ?? []),
        ...(await Promise.all(each)).flat(),
      ]
    },
    watch: async (target) => watchCallers(target, await target.replicas(caller), destination),
    action: async (target) => {
      const hosts = await target.hosts(destination)
      return { description: `requests held at ${service}`, apply: async () => {}, rollback: () => holder.releaseAll(target, hosts) }
    },
    observe: (run, config) => observePool(run, config, { destination, caller, holder }),
    verdict: (config, observed) => poolVerdict(service, config, observed),
    story: (_, { startedAt = 0, callers }) => ({
      traffic: callers.map(({ caller: of, rounds: played }) =>
        trafficOf(
          played.flatMap(({ sent = [] }) => sent),
          { startedAt, caller: of },
        ),
      ),
    }),
    explain: (target, checks) => explainRun(target, { judged: 'pool', destination, caller }, checks),
    negativeControl: {
      change:
        subset === undefined
          ? `the DestinationRule of ${service} removed`
          : `limits and ejection of the DestinationRule of ${service} removed`,
      mustFail: refusedAtOnce,
      mustPass: [nothingElse],
      action: async (target) => {
        const [inForce, hosts, callers] = await Promise.all([target.policy(rule), target.hosts(destination), target.replicas(caller)])
        // The hosts' too: what their inbound side refuses would look like the caller's.
        const affected = limitedBy(rule, inForce, { destination, caller }, { callers, hosts })
        // Calls to a subset find nobody without it.
        const to = subset === undefined ? undefined : inForce && withoutBlocks(inForce, ['connectionPool', 'outlierDetection'])
        return changePolicy(target, { ...rule, to, affected })
      },
    },
  }
}

async function observePool<T extends Target>(
  { target, signal, progress, applyAction, quietly, elapsedMs }: Run<T>,
  { maxConnections, maxPending, requests, rounds, callers: names }: PoolConfig,
  { destination, caller, holder }: Pick<PoolSubject<T>, 'destination' | 'caller' | 'holder'>,
): Promise<PoolObserved> {
  const [hosts, callers] = await Promise.all([target.hosts(destination), target.replicas(caller)])
  await applyAction()
  // Latches stay open once released, so each round of each run has its own.
  const run = Date.now().toString(36)
  const observed: { caller: string; rounds: Round[] }[] = []
  // One after another: at the destination's inbound side, which the rule limits as well, they would get into each other's way.
  for (const one of callers.filter((replica) => names.includes(replica.name))) {
    const stage = { target, signal, caller: one, destination, hosts, holder, quietly }
    const played: Round[] = []
    for (let n = 0, again = 0; played.length < rounds; n++) {
      const label = `pool-${run}-${one.name}-${n}`
      const round = await playRound(stage, { label, first: maxConnections, step: maxPending, requests, beside })
      // Nothing was counted: its holder knows by now how long counting takes.
      if (round.cutShort !== undefined && again++ < mostAgain) progress(`${round.cutShort}; once more`)
      else played.push(round)
    }
    progress(`${rounds} rounds of ${requests} requests of ${one.name}: refused ${played.map(({ refused }) => refused).join(' ')}`)
    observed.push({ caller: one.name, rounds: played })
  }
  return { startedAt: Date.now() - elapsedMs(), callers: observed }
}
