import { setTimeout as delay } from 'node:timers/promises'
import type { Host, Replica } from '../../../access/replica.ts'
import { poll } from '../../../checks/poll.ts'
import { hosts as hostsOf } from '../../../envoy-admin/clusters.ts'
import { clusterStats } from '../../../envoy-admin/stats.ts'
import { type Destination, inboundCluster, outboundCluster } from '../destination.ts'
import type { Run } from '../experiment.ts'
import type { SentRequest } from '../sent-request.ts'
import type { Target } from '../target.ts'
import { samplePeriodMs } from '../timeline.ts'
import { type Counters, difference, type Others, othersBetween } from './counters.ts'
import { fillPool } from './fill-pool.ts'
import type { Holder, Sending } from './held-requests.ts'

/** Where a round takes place. */
export interface Stage<T extends Target = Target> {
  readonly target: T
  readonly signal: AbortSignal
  readonly caller: Replica
  readonly destination: Destination
  readonly hosts: readonly Host[]
  readonly holder: Holder<T>
  readonly quietly: Run['quietly']
}

/** What one round of simultaneous requests of one caller came to. */
export interface Round extends Others {
  /** Requests at the destination while the first were held. */
  readonly active: number
  /** Requests waiting in the caller's proxy meanwhile, and the gauge `rq_pending_open`; after the release that gauge again. Absent where it is not counted. */
  readonly pending?: number
  readonly openWhileHeld?: number
  readonly openAfter?: number
  /** Requests refused (`x-envoy-overloaded`) before the others were let go. */
  readonly refused: number
  /** ms of single requests while the pool was full, those that were refused; and of as many once it was empty, those that were served. */
  readonly refusedMs: readonly number[]
  readonly singleMs: readonly number[]
  /** ms of the requests that were held or waited, and were then answered. */
  readonly servedMs: readonly number[]
  /** Requests that were refused according to their sender, single ones included. */
  readonly refusedInAll: number
  /** Increase of the overflow counter of the caller's proxy. */
  readonly overflows?: number
  /** Increase of the overflow counters of the hosts' own proxies towards their app. */
  readonly inboundOverflows?: number
  /** Requests that reached the destination's app in the end. */
  readonly seen?: number
  readonly answered200: number
  /** Answers that are neither 200 nor a refusal. */
  readonly otherwise: number
  /** All of it as the sender saw it, for the report. */
  readonly sent?: readonly SentRequest[]
  /** Why they were not held for long enough to count, if so. */
  readonly cutShort?: string
}

const overflow = 'upstream_rq_pending_overflow'
const open = 'circuit_breakers.default.rq_pending_open'
const pendingNow = 'upstream_rq_pending_active'
const statsOfQueue = `${pendingNow}|${open.replaceAll('.', '\\.')}`
/** A refusal takes milliseconds; a control run, where nothing is refused, ends by its own count. */
export const settling = { timeoutMs: 5_000, everyMs: 10 }
/** Where others send all the time it never is. */
const idle = { timeoutMs: 1_000, everyMs: 10 }
/** Held ones end when their holder lets go. */
const ending = { timeoutMs: 30_000, everyMs: 10 }

/** Full and free long enough that the timeline, which looks once a period, sees every round. */
const visibleMs = 2 * samplePeriodMs

export interface Burst {
  readonly label: string
  /** What the pool takes: connections, and requests that wait for one. */
  readonly first: number
  readonly step: number
  /** All requests that are to be held. */
  readonly requests: number
  /** Single requests while the pool is full, and again when it is empty. */
  readonly beside: number
}

/** Fills the pool until each request is held, pending or refused, times single ones beside it, and lets go. */
export async function playRound<T extends Target>(stage: Stage<T>, { label, first, step, requests, beside }: Burst): Promise<Round> {
  const { target, signal, caller, hosts, destination, holder, quietly } = stage
  const [admin, cluster] = [target.admin(caller), outboundCluster(destination)]
  const poolOf = () => clusterStats(admin, cluster, statsOfQueue)
  // What an earlier round has given up may still be on its way: it would take a place.
  await poll(
    async () => activeAt(await hostsOf(admin, cluster)),
    (now) => now === 0,
    { ...idle, signal },
  )
  const before = await counters(stage)
  const holding = await holder.begin(target, { caller, hosts, label })
  const reads: (() => Promise<Sending>)[] = []
  const accounted = await fillPool({
    maxConnections: first,
    maxPending: step,
    hosts: hosts.length,
    requests,
    send: async (count) => reads.push(await holding.send(count)),
    sample: async () => {
      const [active, pool] = await Promise.all([holding.active(), poolOf()])
      return { active, pending: pool.get(pendingNow), openWhileHeld: pool.get(open) }
    },
    refused: async () => refusals((await Promise.all(reads.map((read) => read()))).flatMap(({ answers }) => answers)).length,
    timeoutMs: settling.timeoutMs,
    signal,
  })
  const accountedFor = accounted.active + (accounted.pending ?? 0) + accounted.refused

  const accountedAt = performance.now()
  const whileFull = await quietly(() => timed(stage, beside, true))
  // Where nobody is refused a single request is held as well, and nothing is counted meanwhile.
  const cutShort = holding.cutShort(whileFull.every(({ overloaded }) => overloaded) ? performance.now() : accountedAt)
  await holding.release()
  const finished = (await Promise.all(reads.map((read) => poll(read, ({ done }) => done, { ...ending, signal })))).flatMap(
    ({ answers }) => answers,
  )
  const openAfter = await poll(
    async () => (await poolOf()).get(open),
    (now) => (now ?? 0) === 0,
    { ...settling, signal },
  )
  const whileEmpty = await quietly(() => timed(stage, beside, false))
  const after = await counters(stage)
  const refusedInAll = refusals([...finished, ...whileFull, ...whileEmpty]).length
  const answered200 = served(finished).length
  const sent = requests + whileFull.length + whileEmpty.length
  return {
    active: accounted.active,
    ...counted({ pending: accounted.pending, openWhileHeld: accounted.openWhileHeld, openAfter }),
    refused: accounted.refused,
    refusedMs: refusals(whileFull).map(({ ms }) => ms),
    singleMs: served(whileEmpty).map(({ ms }) => ms),
    servedMs: served(finished).map(({ ms }) => ms),
    refusedInAll,
    answered200,
    otherwise: requests - answered200 - refusals(finished).length,
    sent: [...finished, ...whileFull, ...whileEmpty],
    ...counted({
      overflows: difference(before.overflows, after.overflows),
      inboundOverflows: difference(before.inboundOverflows, after.inboundOverflows),
      seen: difference(before.seen, after.seen),
    }),
    ...withInPool(othersBetween(before, after, { sent, refusedInAll }), accountedFor - requests),
    ...(cutShort !== undefined && { cutShort }),
  }
}

/** Who has had a place since before the round is in no difference of counters. */
const withInPool = ({ others, strangers }: Others, inPool: number): Others => ({ others: Math.max(others, inPool), strangers })

/** Without what could not be counted. */
const counted = <Key extends string>(values: Readonly<Record<Key, number | undefined>>): { readonly [key in Key]?: number } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { readonly [key in Key]?: number }

/** Single requests whose time counts, once what other traffic had begun is over for the most part. */
async function timed<T extends Target>(
  { target, caller, holder, signal }: Stage<T>,
  count: number,
  untilServed: boolean,
): Promise<readonly SentRequest[]> {
  await delay(visibleMs, undefined, { signal })
  return holder.singly(target, caller, { count, untilServed, signal })
}

const refusals = (answers: readonly SentRequest[]): SentRequest[] => answers.filter(({ overloaded }) => overloaded)
const served = (answers: readonly SentRequest[]): SentRequest[] => answers.filter(({ status }) => status === 200)

async function counters<T extends Target>({ target, caller, destination, hosts, holder }: Stage<T>): Promise<Counters> {
  const [admin, cluster] = [target.admin(caller), outboundCluster(destination)]
  const [outbound, known, passed, inbound, seen] = await Promise.all([
    clusterStats(admin, cluster, overflow),
    hostsOf(admin, cluster),
    // An app is one host of its own proxy, and those are counted whatever statistics are left out.
    Promise.all(hosts.map(async (host) => requestsOf(await hostsOf(target.admin(host), inboundCluster(host))))),
    Promise.all(hosts.map(async (host) => (await clusterStats(target.admin(host), inboundCluster(host), overflow)).get(overflow))),
    holder.seen(target, hosts),
  ])
  return {
    sentOn: requestsOf(known),
    passedOn: passed.reduce((sum, one) => sum + one, 0),
    ...counted({
      overflows: outbound.get(overflow),
      inboundOverflows: inbound.includes(undefined) ? undefined : inbound.reduce<number>((sum, one) => sum + (one ?? 0), 0),
      seen,
    }),
  }
}

const activeAt = (known: readonly { readonly active: number }[]): number => known.reduce((sum, { active }) => sum + active, 0)

const requestsOf = (known: readonly { readonly requests: number }[]): number => known.reduce((sum, { requests }) => sum + requests, 0)
