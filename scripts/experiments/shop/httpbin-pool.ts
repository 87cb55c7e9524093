import type { Host } from '../../access/replica.ts'
import { type Check, equals } from '../../checks/check.ts'
import { hosts } from '../../envoy-admin/clusters.ts'
import { enforcedRule, workers } from '../../envoy-admin/config.ts'
import { clusterStats } from '../../envoy-admin/stats.ts'
import { inboundCluster, outboundCluster } from '../core/destination.ts'
import { poolLimits } from '../core/destination-rule.ts'
import type { Experiment, Run } from '../core/experiment.ts'
import { firstReplica } from '../core/first-replica.ts'
import { changePolicy } from '../core/policy-change.ts'
import { watchCallers } from '../core/timeline.ts'
import { shopDestination, shopWorkload } from './destinations.ts'
import { readLatches, releaseAll } from './latches.ts'
import { playRound } from './pool/round.ts'
import { sendSingly } from './pool/send-singly.ts'
import { nothingElse, type PoolConfig, type PoolObserved, poolVerdict, refusedAtOnce } from './pool/verdict.ts'
import type { ShopTarget } from './shop-target.ts'

/** Refused in each round, beyond what the rule lets through. */
const excess = 8
const rounds = 10
/** Single requests in each round, refused and served: together enough for a p99 that is not one outlier of a handful. */
const beside = 10

const destination = shopDestination('httpbin')
const rule = { kind: 'DestinationRule', namespace: destination.namespace, name: 'httpbin' }

async function theHttpbin(target: ShopTarget): Promise<Host> {
  const [httpbin] = await target.hosts(destination)
  if (httpbin === undefined) throw new Error('httpbin does not run')
  return httpbin
}

async function config(target: ShopTarget): Promise<PoolConfig> {
  const limits = poolLimits(await target.policy(rule))
  // Without limits the rounds are played as if both were 1, and show that nothing is refused.
  const { maxConnections, maxPending } = limits ?? { maxConnections: 1, maxPending: 1 }
  return { declared: limits !== undefined, maxConnections, maxPending, requests: maxConnections + maxPending + excess, beside, rounds }
}

async function steadyState(target: ShopTarget, { declared, maxConnections, maxPending }: PoolConfig): Promise<Check[]> {
  const [probe, httpbin] = await Promise.all([firstReplica(target, shopWorkload('probe')), theHttpbin(target)])
  const [admin, cluster] = [target.admin(probe), outboundCluster(destination)]
  const [enforced, threads, seen, pool, { held }] = await Promise.all([
    enforcedRule(admin, cluster),
    workers(admin),
    hosts(admin, cluster),
    clusterStats(admin, cluster),
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
    equals('a single request is answered', 200, (await sendSingly({ target, probe }, 1)).records[0]?.status),
    equals('requests on their way to httpbin', 0, pool.get('upstream_rq_active') ?? 0),
  ]
}

async function observe(
  { target, signal, progress, applyAction, quietly }: Run<ShopTarget>,
  { maxConnections, requests, beside }: PoolConfig,
): Promise<PoolObserved> {
  const [probe, httpbin] = await Promise.all([firstReplica(target, shopWorkload('probe')), theHttpbin(target)])
  await applyAction()
  const played = []
  // Latches stay open once released, so each round of each run has its own.
  const run = Date.now().toString(36)
  for (let round = 0; round < rounds; round++)
    played.push(
      await playRound(
        { target, signal, probe, httpbin, quietly },
        { latch: `pool-${run}-${round}`, first: maxConnections, requests, beside },
      ),
    )
  progress(`${rounds} rounds of ${requests} requests: refused ${played.map(({ refused }) => refused).join(' ')}`)
  return { rounds: played }
}

/** The seed's own rule: one request active, one pending, the rest refused at once. */
export const httpbinPool: Experiment<PoolConfig, PoolObserved, ShopTarget> = {
  name: 'httpbin-pool',
  hypothesis:
    "Of N simultaneous requests to httpbin, its caller's proxy lets the pool's connections and pending places through and refuses all others at once.",
  config,
  steadyState,
  watch: async (target) => {
    return watchCallers(target, [await firstReplica(target, shopWorkload('probe'))], destination)
  },
  /** Nothing is broken: the overload is in the rounds, and rolling it back is to hold nobody any longer. */
  action: async (target) => {
    const httpbin = await theHttpbin(target)
    return { description: 'requests held at httpbin', apply: async () => {}, rollback: releaseAll(target, httpbin) }
  },
  observe,
  verdict: poolVerdict,
  negativeControl: {
    change: 'the DestinationRule of httpbin removed',
    mustFail: refusedAtOnce,
    mustPass: [nothingElse],
    action: async (target) => {
      const [probe, httpbin] = await Promise.all([firstReplica(target, shopWorkload('probe')), theHttpbin(target)])
      return changePolicy(target, {
        ...rule,
        to: undefined,
        // The same rule limits httpbin's inbound side, whose refusals would look like the caller's.
        affected: [
          { proxy: probe, cluster: outboundCluster(destination) },
          { proxy: httpbin, cluster: inboundCluster(httpbin) },
        ],
      })
    },
  },
}
