import { type Check, equals } from './check.ts'
import { poolLimits } from './destination-rule.ts'
import type { Experiment, Run } from './experiment.ts'
import { readLatches, releaseAll } from './latches.ts'
import { onlyReplica } from './only-replica.ts'
import { changePolicy } from './policy-change.ts'
import { playRound } from './pool/round.ts'
import { nothingElse, type PoolConfig, type PoolObserved, poolVerdict, refusedAtOnce } from './pool/verdict.ts'
import { type ProbeProgress, startProbeRun } from './probe-run.ts'
import { clusterStats, enforcedRule, hosts, inboundCluster, outboundCluster, workers } from './proxy.ts'
import type { Target } from './target.ts'
import { poll } from './wait.ts'

/** Refused in each round, beyond what the rule lets through. */
const excess = 8
const rounds = 10
/** Enough for a p99 that is not a single outlier of a handful. */
const unrefused = 20

async function config(target: Target): Promise<PoolConfig> {
  const limits = poolLimits(await target.policy('DestinationRule', 'httpbin'))
  // Without limits the rounds are played as if both were 1, and show that nothing is refused.
  const { maxConnections, maxPending } = limits ?? { maxConnections: 1, maxPending: 1 }
  return { declared: limits !== undefined, maxConnections, maxPending, requests: maxConnections + maxPending + excess, rounds }
}

async function steady(target: Target, { declared, maxConnections, maxPending }: PoolConfig): Promise<Check[]> {
  const [probe, httpbin] = await Promise.all([onlyReplica(target, 'probe'), onlyReplica(target, 'httpbin')])
  const cluster = outboundCluster('httpbin')
  const [enforced, threads, seen, pool, { held }] = await Promise.all([
    enforcedRule(target, probe, cluster),
    workers(target, probe),
    hosts(target, probe, cluster),
    clusterStats(target, probe, cluster),
    readLatches(target, httpbin),
  ])
  const live = declared
    ? [equals("limits in force in probe's proxy", [maxConnections, maxPending], [enforced.maxConnections, enforced.maxPending])]
    : []
  return [
    ...live,
    equals("worker threads of probe's proxy (limits are exact with one)", 1, threads),
    equals('httpbin hosts that take traffic', 1, seen.filter(({ ejected }) => !ejected).length),
    equals('requests held at httpbin', {}, held),
    equals('a single request is answered', 200, (await sendSingly(target, 1)).records[0]?.status),
    equals('requests on their way to httpbin', 0, pool.get('upstream_rq_active') ?? 0),
  ]
}

/** One after another: nothing to refuse. */
async function sendSingly(target: Target, count: number, signal?: AbortSignal): Promise<ProbeProgress> {
  const run = { service: 'httpbin', path: '/get', count, concurrency: 1, timeoutMs: 5_000 }
  const read = await startProbeRun(target, await onlyReplica(target, 'probe'), run)
  return poll(read, ({ done }) => done, { timeoutMs: 20_000, everyMs: 20, ...(signal && { signal }) })
}

async function observe({ target, signal, progress }: Run, { maxConnections, requests }: PoolConfig): Promise<PoolObserved> {
  const [probe, httpbin] = await Promise.all([onlyReplica(target, 'probe'), onlyReplica(target, 'httpbin')])
  const baseline = await sendSingly(target, unrefused, signal)
  const played = []
  // Latches stay open once released, so each round of each run has its own.
  const run = Date.now().toString(36)
  for (let round = 0; round < rounds; round++)
    played.push(await playRound({ target, signal, probe, httpbin }, `pool-${run}-${round}`, maxConnections, requests))
  progress(`${rounds} rounds of ${requests} requests: refused ${played.map(({ refused }) => refused).join(' ')}`)
  return { rounds: played, unrefusedMs: baseline.records.filter(({ status }) => status === 200).map(({ ms }) => ms) }
}

/** The seed's own rule: one request active, one pending, the rest refused at once. */
export const httpbinPool: Experiment<PoolConfig, PoolObserved> = {
  name: 'httpbin-pool',
  claim:
    "Of N simultaneous requests to httpbin, its caller's proxy lets the pool's connections and pending places through and refuses all others at once.",
  config,
  steady,
  watch: async (target) => {
    const [probe, httpbin] = await Promise.all([onlyReplica(target, 'probe'), onlyReplica(target, 'httpbin')])
    return [{ caller: probe, callee: 'httpbin', names: new Map([[httpbin.address, httpbin.name]]) }]
  },
  /** Nothing is broken: the overload is in the rounds, and its undo is to hold nobody any longer. */
  inject: async (target) => releaseAll(target, await onlyReplica(target, 'httpbin')),
  observe,
  verdict: poolVerdict,
  negativeControl: {
    change: 'the DestinationRule of httpbin removed',
    mustFail: refusedAtOnce,
    mustHold: nothingElse,
    apply: async (target) => {
      const [probe, httpbin] = await Promise.all([onlyReplica(target, 'probe'), onlyReplica(target, 'httpbin')])
      return changePolicy(target, {
        kind: 'DestinationRule',
        name: 'httpbin',
        to: undefined,
        // The same rule limits httpbin's inbound side, whose refusals would look like the caller's.
        affected: [
          { proxy: probe, cluster: outboundCluster('httpbin') },
          { proxy: httpbin, cluster: inboundCluster },
        ],
      })
    },
  },
}
