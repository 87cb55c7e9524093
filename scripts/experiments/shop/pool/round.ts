import { setTimeout as delay } from 'node:timers/promises'
import { workload, workloadNames } from '../../../../services/shared/contracts/topology.ts'
import type { Host, Replica } from '../../../access/replica.ts'
import { poll } from '../../../checks/poll.ts'
import { clusterStats } from '../../../envoy-admin/stats.ts'
import { inboundCluster, outboundCluster } from '../../core/destination.ts'
import type { Run } from '../../core/experiment.ts'
import { samplePeriodMs } from '../../core/timeline.ts'
import { shopDestination, shopWorkload } from '../destinations.ts'
import { readLatches, release } from '../latches.ts'
import { type ProbeProgress, type ProbeRecord, type ProbeRun, startProbeRun } from '../probe-run.ts'
import type { ShopTarget } from '../shop-target.ts'
import { sendSingly } from './send-singly.ts'

/** Where a round takes place. */
export interface Stage {
  readonly target: ShopTarget
  readonly signal: AbortSignal
  readonly probe: Replica
  readonly httpbin: Host
  readonly quietly: Run['quietly']
}

/** What one round of simultaneous requests came to. */
export interface Round {
  /** Requests at httpbin while the first were held. */
  readonly active: number
  /** Requests waiting in the caller's proxy meanwhile. */
  readonly pending: number
  /** Requests refused (`x-envoy-overloaded`) before the latch was released. */
  readonly refused: number
  /** ms of single requests while the pool was full, those that were refused; and of as many once it was empty, those that were served. */
  readonly refusedMs: readonly number[]
  readonly singleMs: readonly number[]
  /** ms of the requests that were held or waited, and were then answered. */
  readonly servedMs: readonly number[]
  /** Requests that were refused according to their sender, single ones included. */
  readonly refusedInAll: number
  /** Increase of the overflow counters of all callers' proxies. */
  readonly overflows: number
  /** Requests that the callers' proxies counted and that are none of this round. */
  readonly others: number
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
export const settling = { timeoutMs: 5_000, everyMs: 10 }

/** Full and free long enough that the timeline, which looks once a period, sees every round. */
const visibleMs = 2 * samplePeriodMs

export interface Burst {
  readonly latch: string
  /** Requests that are held before the rest is sent. */
  readonly first: number
  /** All requests at the latch. */
  readonly requests: number
  /** Single requests while the pool is full, and again when it is empty. */
  readonly beside: number
}

/** Holds `first` requests at a latch, then sends the rest at once, waits until each is held, pending or refused, and lets go. */
export async function playRound(stage: Stage, { latch, first, requests: total, beside }: Burst): Promise<Round> {
  const { target, signal, probe, httpbin, quietly } = stage
  const cluster = outboundCluster(shopDestination('httpbin'))
  const before = await counters(stage)
  const send = (count: number) => startProbeRun(target, probe, burst(latch, count))

  const readFirst = await send(first)
  const held = async () => (await readLatches(target, httpbin)).held[latch] ?? 0
  await poll(held, (now) => now === first, { ...settling, signal })

  const readRest = await send(total - first)
  const accounted = await poll(
    async () => {
      const [active, pool, rest] = await Promise.all([held(), clusterStats(target.admin(probe), cluster), readRest()])
      return { active, pending: pool.get('upstream_rq_pending_active') ?? 0, openWhileHeld: pool.get(open) ?? 0, refused: refusals(rest) }
    },
    ({ active, pending, refused }) => active + pending + refused.length >= total,
    { ...settling, signal },
  )

  const whileFull = await quietly(() => timed(stage, beside))
  await release(target, httpbin, latch)
  const finished = await Promise.all([readFirst, readRest].map((read) => poll(read, ({ done }) => done, { ...settling, signal })))
  const openAfter = await poll(
    async () => (await clusterStats(target.admin(probe), cluster)).get(open) ?? 0,
    (now) => now === 0,
    { ...settling, signal },
  )
  const whileEmpty = await quietly(() => timed(stage, beside))
  const after = await counters(stage)
  const records = finished.flatMap((run) => run.records)
  const answered200 = finished.flatMap(answered).length
  return {
    active: accounted.active,
    pending: accounted.pending,
    openWhileHeld: accounted.openWhileHeld,
    openAfter,
    refused: accounted.refused.length,
    refusedMs: refusals(whileFull).map(({ ms }) => ms),
    singleMs: answered(whileEmpty).map(({ ms }) => ms),
    servedMs: finished.flatMap(answered).map(({ ms }) => ms),
    refusedInAll: [...finished, whileFull, whileEmpty].flatMap(refusals).length,
    answered200,
    otherwise: total - answered200 - records.filter(({ overloaded }) => overloaded).length,
    overflows: after.overflows - before.overflows,
    others: after.requests - before.requests - total - 2 * beside,
    inboundOverflows: after.inboundOverflows - before.inboundOverflows,
    seen: after.seen - before.seen,
  }
}

/** Single requests whose time counts, once what orders had begun is over for the most part. */
async function timed(stage: Stage, count: number): Promise<ProbeProgress> {
  await delay(visibleMs, undefined, { signal: stage.signal })
  return sendSingly(stage, count)
}

const burst = (latch: string, count: number): ProbeRun => ({
  service: 'httpbin',
  path: `/hold/${latch}`,
  count,
  concurrency: count,
  timeoutMs: 20_000,
})

const refusals = ({ records }: ProbeProgress): ProbeRecord[] => records.filter(({ overloaded }) => overloaded)
const answered = ({ records }: ProbeProgress): ProbeRecord[] => records.filter(({ status }) => status === 200)

interface Counters extends Pick<Round, 'overflows' | 'inboundOverflows' | 'seen'> {
  /** Sent on or refused, by all callers' proxies. */
  readonly requests: number
}

/** Everyone whom the topology lets call httpbin has a proxy with a limit of its own. */
async function counters({ target, httpbin }: Stage): Promise<Counters> {
  const callers = workloadNames.filter((name) => workload(name).calls.includes('httpbin'))
  const replicas = (await Promise.all(callers.map((name) => target.replicas(shopWorkload(name))))).flat()
  const [outbound, inbound, { seen }] = await Promise.all([
    Promise.all(replicas.map((replica) => clusterStats(target.admin(replica), outboundCluster(shopDestination('httpbin'))))),
    clusterStats(target.admin(httpbin), inboundCluster(httpbin)),
    readLatches(target, httpbin),
  ])
  const sum = (...names: string[]) =>
    outbound.flatMap((pool) => names.map((name) => pool.get(name) ?? 0)).reduce((one, other) => one + other, 0)
  return {
    overflows: sum(overflow),
    // A refused request is not counted as sent.
    requests: sum('upstream_rq_total', overflow),
    inboundOverflows: inbound.get(overflow) ?? 0,
    seen,
  }
}
