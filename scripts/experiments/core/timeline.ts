import { setTimeout as delay } from 'node:timers/promises'
import { type HostStatus, hosts } from '../../envoy-admin/clusters.ts'
import { type ClusterStats, clusterStats } from '../../envoy-admin/stats.ts'
import type { BreakerState, Lane, Sample } from './result.ts'
import type { Replica, Target } from './target.ts'

/** A caller's proxy and the callee whose breaker it keeps. */
export interface Watched {
  readonly caller: Replica
  readonly callee: string
  /** The callee's cluster in the caller's proxy. */
  readonly cluster: string
  /** Names for hosts: `127.0.0.1:41001` → `catalog-0`. */
  readonly names: ReadonlyMap<string, string>
}

/** What one look at a caller's proxy shows. */
export interface Look {
  readonly atMs: number
  readonly pool: ClusterStats
  readonly hosts: readonly HostStatus[]
}

/** Refused because a pool limit was reached; pending and max-requests limits both count here. */
const overflows = 'upstream_rq_pending_overflow'

/** The limits that refuse. `cx_open` alone does not: the next request waits for the connection. */
const refusing = ['rq_pending_open', 'rq_open'] as const

const openLimits = (pool: ClusterStats): string[] => refusing.filter((limit) => (pool.get(`circuit_breakers.default.${limit}`) ?? 0) > 0)

/** The host's state after `before`: probation lasts from the return until a success is counted. */
export function hostState(before: { state: BreakerState; succeeded: number } | undefined, now: HostStatus): BreakerState {
  if (now.ejected) return 'ejected'
  const returned = before?.state === 'ejected' || before?.state === 'probation'
  return returned && now.succeeded <= before.succeeded ? 'probation' : 'closed'
}

const counts = (requests: number, failed: number) => ({ ...(requests > 0 ? { requests } : {}), ...(failed > 0 ? { failed } : {}) })

/** Looks at one proxy → lanes: the pool as a whole, then every host. Only changes, traffic and the last moment are kept. */
export function lanes({ caller, callee, names }: Watched, looks: readonly Look[]): Lane[] {
  const addresses = [...new Set(looks.flatMap((look) => look.hosts.map((host) => host.address)))]
  const lane = (host: string, samples: readonly Sample[]): Lane => ({ caller: caller.name, host, samples: thinned(samples) })
  return [
    lane(`${callee} pool`, poolSamples(looks)),
    ...addresses.map((address) => lane(names.get(address) ?? address, hostSamples(address, looks))),
  ]
}

function poolSamples(looks: readonly Look[]): Sample[] {
  return looks.map(({ atMs, pool }, index) => {
    const open = openLimits(pool)
    const refused = (pool.get(overflows) ?? 0) - (looks[index - 1]?.pool.get(overflows) ?? pool.get(overflows) ?? 0)
    return {
      atMs,
      state: open.length > 0 ? 'pool-full' : 'closed',
      ...(open.length > 0 ? { cause: open.join(', ') } : {}),
      ...(refused > 0 ? { refused } : {}),
    }
  })
}

function hostSamples(address: string, looks: readonly Look[]): Sample[] {
  const samples: Sample[] = []
  let before: (HostStatus & { state: BreakerState }) | undefined
  for (const look of looks) {
    const now = look.hosts.find((host) => host.address === address)
    if (now === undefined) continue
    const state = hostState(before, now)
    samples.push({ atMs: look.atMs, state, ...counts(now.requests - (before ?? now).requests, now.failed - (before ?? now).failed) })
    before = { ...now, state }
  }
  return samples
}

const thinned = (samples: readonly Sample[]): Sample[] =>
  samples.filter(
    (sample, index) =>
      index === samples.length - 1 ||
      sample.state !== samples[index - 1]?.state ||
      sample.requests !== undefined ||
      sample.refused !== undefined ||
      sample.failed !== undefined,
  )

/** One look at one caller's proxy. */
export async function look(target: Target, { caller, cluster }: Watched, atMs: number): Promise<Look> {
  const admin = target.admin(caller)
  const [pool, seen] = await Promise.all([clusterStats(admin, cluster), hosts(admin, cluster)])
  return { atMs, pool, hosts: seen }
}

/** Often enough to see a state of a few hundred milliseconds, rare enough not to be load itself. */
export const samplePeriodMs = 100

/** Looks at every watched proxy once a period until told to stop. A look that fails is left out: the gap shows. */
export function recordTimeline(target: Target, watched: readonly Watched[], elapsedMs: () => number): { stop(): Promise<Lane[]> } {
  const looks = watched.map((): Look[] => [])
  const stopped = new AbortController()
  const record = async (one: Watched, into: Look[]) => {
    while (!stopped.signal.aborted) {
      await look(target, one, elapsedMs()).then(
        (seen) => into.push(seen),
        () => {},
      )
      await delay(samplePeriodMs, undefined, { signal: stopped.signal }).catch(() => {})
    }
  }
  const recording = watched.map((one, index) => record(one, looks[index] ?? []))
  return {
    stop: async () => {
      stopped.abort()
      await Promise.all(recording)
      return watched.flatMap((one, index) => lanes(one, looks[index] ?? []))
    },
  }
}
