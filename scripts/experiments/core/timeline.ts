import { setTimeout as delay } from 'node:timers/promises'
import type { Replica } from '../../access/replica.ts'
import type { BreakerState } from '../../breaker-watch/breaker.ts'
import { hostState } from '../../breaker-watch/host-state.ts'
import { ejectedBy, openLimits, refusals } from '../../breaker-watch/pool-statistics.ts'
import { type ClusterSnapshot, readClusters } from '../../breaker-watch/snapshot.ts'
import type { HostStatus } from '../../envoy-admin/clusters.ts'
import type { ClusterStats } from '../../envoy-admin/stats.ts'
import { type Destination, outboundCluster } from './destination.ts'
import type { Sample, Series } from './result.ts'
import type { Target } from './target.ts'

/** A caller's proxy and the destination whose breaker it keeps. */
export interface Watched {
  readonly caller: Replica
  readonly destination: Destination
  /** Names for hosts: `127.0.0.1:41001` → `catalog-0`. One that comes later is asked for. */
  readonly names: ReadonlyMap<string, string>
}

/** What each of the callers keeps of a destination. */
export async function watchCallers(target: Target, callers: readonly Replica[], destination: Destination): Promise<Watched[]> {
  const names = await namesOf(target, destination)
  return callers.map((caller) => ({ caller, destination, names }))
}

const namesOf = async (target: Target, destination: Destination): Promise<Map<string, string>> =>
  new Map((await target.hosts(destination)).map(({ address, name }) => [address, name]))

const counts = (requests: number, failed: number) => ({ ...(requests > 0 ? { requests } : {}), ...(failed > 0 ? { failed } : {}) })

/** Snapshots of one proxy → series: the pool as a whole, then every host. Only changes, traffic and the last moment are kept. */
export function seriesOf({ caller, destination, names }: Watched, snapshots: readonly ClusterSnapshot[]): Series[] {
  const addresses = [...new Set(snapshots.flatMap((snapshot) => snapshot.hosts.map((host) => host.address)))]
  const sampling = samplingOf(snapshots)
  const series = (host: string, samples: readonly Sample[]): Series => ({
    caller: caller.name,
    host,
    samples: thinned(samples),
    ...(sampling && { sampling }),
  })
  return [
    series(`${[destination.service, destination.subset].filter(Boolean).join(' ')} pool`, poolSamples(snapshots)),
    ...addresses.map((address) => series(names.get(address) ?? address, hostSamples(address, snapshots))),
  ]
}

/** How often the proxy was read; undefined of less than two snapshots. */
function samplingOf(snapshots: readonly ClusterSnapshot[]): Series['sampling'] {
  const gaps = snapshots.slice(1).map(({ atMs }, index) => atMs - (snapshots[index]?.atMs ?? atMs))
  const totalMs = gaps.reduce((sum, gap) => sum + gap, 0)
  return totalMs > 0 ? { perSecond: Math.round((gaps.length / totalMs) * 10_000) / 10, longestGapMs: Math.max(...gaps) } : undefined
}

function poolSamples(snapshots: readonly ClusterSnapshot[]): Sample[] {
  return snapshots.map(({ atMs, pool }, index) => {
    const open = openLimits(pool)
    const refused = refusals(pool) - refusals(snapshots[index - 1]?.pool ?? pool)
    return {
      atMs,
      state: open.length > 0 ? 'overflow' : 'closed',
      ...(open.length > 0 ? { cause: open.join(', ') } : {}),
      ...(refused > 0 ? { refused } : {}),
    }
  })
}

function hostSamples(address: string, snapshots: readonly ClusterSnapshot[]): Sample[] {
  const samples: Sample[] = []
  let before: (HostStatus & { state: BreakerState; pool: ClusterStats }) | undefined
  for (const snapshot of snapshots) {
    const now = snapshot.hosts.find((host) => host.address === address)
    if (now === undefined) continue
    const state = hostState(before, now)
    const cause = state === 'ejected' && before?.state !== 'ejected' ? ejectedBy(before?.pool, snapshot.pool) : undefined
    samples.push({
      atMs: snapshot.atMs,
      state,
      ...(cause !== undefined && { cause }),
      ...counts(now.requests - (before ?? now).requests, now.failed - (before ?? now).failed),
    })
    before = { ...now, state, pool: snapshot.pool }
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

export async function takeSnapshot(target: Target, { caller, destination }: Watched, atMs: number): Promise<ClusterSnapshot> {
  const cluster = outboundCluster(destination)
  const seen = await readClusters(target.admin(caller), atMs, { cluster })
  return seen.get(cluster) ?? { atMs, pool: new Map(), hosts: [] }
}

/** Often enough to see a state of a few hundred milliseconds, rare enough not to be load itself. */
export const samplePeriodMs = 150
/** For a proxy that is slow to answer: to be asked without a pause would make it slower. */
const leastPauseMs = samplePeriodMs / 4

/** Takes a snapshot of every watched proxy once a period until it is stopped. One that fails is left out: the gap shows. */
export function recordTimeline(target: Target, watched: readonly Watched[], elapsedMs: () => number): { stop(): Promise<Series[]> } {
  const recorded = watched.map((one) => ({ ...one, names: new Map(one.names), snapshots: [] as ClusterSnapshot[] }))
  const stopped = new AbortController()
  const record = async (one: (typeof recorded)[number]) => {
    while (!stopped.signal.aborted) {
      const startedMs = performance.now()
      await takeSnapshot(target, one, elapsedMs()).then(
        (seen) => one.snapshots.push(seen),
        () => {},
      )
      // Afterwards it may be gone, and its name with it.
      if (one.snapshots.at(-1)?.hosts.some(({ address }) => !one.names.has(address)))
        for (const [address, name] of await namesOf(target, one.destination).catch(() => [])) one.names.set(address, name)
      const tookMs = performance.now() - startedMs
      await delay(Math.max(leastPauseMs, samplePeriodMs - tookMs), undefined, { signal: stopped.signal }).catch(() => {})
    }
  }
  const recording = recorded.map(record)
  return {
    stop: async () => {
      stopped.abort()
      await Promise.all(recording)
      return recorded.flatMap((one) => seriesOf(one, one.snapshots))
    },
  }
}
