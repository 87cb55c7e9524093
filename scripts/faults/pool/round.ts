import { setTimeout as delay } from 'node:timers/promises'
import { workload, workloadNames } from '../../../services/shared/contracts/topology.ts'
import { readLatches, release } from '../latches.ts'
import { type ProbeProgress, type ProbeRecord, type ProbeRun, startProbeRun } from '../probe-run.ts'
import { clusterStats, inboundCluster, outboundCluster } from '../proxy.ts'
import type { Replica, Target } from '../target.ts'
import { samplePeriodMs } from '../timeline.ts'
import { poll } from '../wait.ts'

/** Where a round takes place. */
export interface Stage {
  readonly target: Target
  readonly signal: AbortSignal
  readonly probe: Replica
  readonly httpbin: Replica
}

/** What one round of simultaneous requests came to. */
export interface Round {
  /** Requests at httpbin while the first were held. */
  readonly active: number
  /** Requests waiting in the caller's proxy meanwhile. */
  readonly pending: number
  /** Requests refused (`x-envoy-overloaded`) before the latch was released. */
  readonly refused: number
  readonly refusedMs: readonly number[]
  /** Increase of the overflow counters of all callers' proxies. */
  readonly overflows: number
  /** Increase of the overflow counter of httpbin's own proxy towards its app. */
  readonly inboundOverflows: number
  /** Requests that reached httpbin in the end. */
  readonly seen: number
  readonly answered200: number
  /** Answers that are neither 200 nor a refusal. */
  readonly otherwise: number
  /** The gauge `rq_pending_open` while held, and after. */
  readonly openWhileHeld: number
  readonly openAfter: number
}

const overflow = 'upstream_rq_pending_overflow'
const open = 'circuit_breakers.default.rq_pending_open'
/** A refusal takes milliseconds; a control run, where nothing is refused, ends by its own count. */
const settling = { timeoutMs: 5_000, everyMs: 10 }

/** Full and free long enough that the timeline, which looks once a period, sees every round. */
const visibleMs = 2 * samplePeriodMs

/** Holds `first` requests at a latch, then sends the rest at once, waits until each is held, pending or refused, and lets go. */
export async function playRound(stage: Stage, latch: string, first: number, total: number): Promise<Round> {
  const { target, signal, probe, httpbin } = stage
  const cluster = outboundCluster('httpbin')
  const before = await counters(stage)
  const send = (count: number) => startProbeRun(target, probe, burst(latch, count))

  const readFirst = await send(first)
  const held = async () => (await readLatches(target, httpbin)).held[latch] ?? 0
  await poll(held, (now) => now === first, { ...settling, signal })

  const readRest = await send(total - first)
  const accounted = await poll(
    async () => {
      const [active, pool, rest] = await Promise.all([held(), clusterStats(target, probe, cluster), readRest()])
      return { active, pending: pool.get('upstream_rq_pending_active') ?? 0, openWhileHeld: pool.get(open) ?? 0, refused: refusals(rest) }
    },
    ({ active, pending, refused }) => active + pending + refused.length >= total,
    { ...settling, signal },
  )

  await delay(visibleMs, undefined, { signal })
  await release(target, httpbin, latch)
  const finished = await Promise.all([readFirst, readRest].map((read) => poll(read, ({ done }) => done, { ...settling, signal })))
  const openAfter = await poll(
    async () => (await clusterStats(target, probe, cluster)).get(open) ?? 0,
    (now) => now === 0,
    { ...settling, signal },
  )
  await delay(visibleMs, undefined, { signal })
  const after = await counters(stage)
  const records = finished.flatMap((run) => run.records)
  const answered200 = records.filter(({ status }) => status === 200).length
  return {
    active: accounted.active,
    pending: accounted.pending,
    openWhileHeld: accounted.openWhileHeld,
    openAfter,
    refused: accounted.refused.length,
    refusedMs: accounted.refused.map(({ ms }) => ms),
    answered200,
    otherwise: total - answered200 - records.filter(({ overloaded }) => overloaded).length,
    overflows: after.overflows - before.overflows,
    inboundOverflows: after.inboundOverflows - before.inboundOverflows,
    seen: after.seen - before.seen,
  }
}

const burst = (latch: string, count: number): ProbeRun => ({
  service: 'httpbin',
  path: `/hold/${latch}`,
  count,
  concurrency: count,
  timeoutMs: 20_000,
})

const refusals = ({ records }: ProbeProgress): ProbeRecord[] => records.filter(({ overloaded }) => overloaded)

/** Everyone whom the topology lets call httpbin has a proxy with a limit of its own. */
async function counters({ target, httpbin }: Stage): Promise<Pick<Round, 'overflows' | 'inboundOverflows' | 'seen'>> {
  const callers = workloadNames.filter((name) => workload(name).calls.includes('httpbin'))
  const replicas = (await Promise.all(callers.map((name) => target.replicas(name)))).flat()
  const [outbound, inbound, { seen }] = await Promise.all([
    Promise.all(replicas.map((replica) => clusterStats(target, replica, outboundCluster('httpbin')))),
    clusterStats(target, httpbin, inboundCluster),
    readLatches(target, httpbin),
  ])
  return {
    overflows: outbound.reduce((sum, pool) => sum + (pool.get(overflow) ?? 0), 0),
    inboundOverflows: inbound.get(overflow) ?? 0,
    seen,
  }
}
