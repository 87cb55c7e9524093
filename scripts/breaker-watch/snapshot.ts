import type { Replica } from '../access/replica.ts'
import type { Admin } from '../envoy-admin/admin.ts'
import type { BreakerRule } from '../envoy-admin/breaker-rules.ts'
import { clustersOf, type HostStatus } from '../envoy-admin/clusters.ts'
import { type ClusterStats, escaped, type Latency, usedStatsByCluster } from '../envoy-admin/stats.ts'
import { statsOfBreakers } from './pool-statistics.ts'

/** The pool and the hosts of one cluster at one moment. */
export interface ClusterSnapshot {
  readonly atMs: number
  readonly pool: ClusterStats
  readonly hosts: readonly HostStatus[]
  readonly latencyMs?: Latency
}

/** All that one proxy says of its breakers at one moment, and what must be known to read it. */
export interface ProxySnapshot {
  readonly caller: Replica
  readonly atMs: number
  /** By Envoy's name of the cluster. */
  readonly clusters: ReadonlyMap<string, ClusterSnapshot>
  /** The rules in force, by the same names. */
  readonly rules: ReadonlyMap<string, BreakerRule>
  /** Names for hosts: `10.0.0.7:3000`, or `10.0.0.7` → `catalog-0`. */
  readonly names: ReadonlyMap<string, string>
}

/**
 * Two requests to a proxy's admin interface, each narrowed to what is read: a cluster has ten times as many statistics, which cost as much to
 * write and to read.
 * @param cluster the only one to read; else all that lead to other workloads
 * @param latency whether to read how long answers took, which costs the proxy more than all else together
 */
export async function readClusters(
  admin: Admin,
  atMs: number,
  { cluster, latency = false }: { readonly cluster?: string; readonly latency?: boolean } = {},
): Promise<Map<string, ClusterSnapshot>> {
  const clusters = cluster === undefined ? 'outbound\\|.+?' : escaped(cluster)
  const [stats, hosts] = await Promise.all([
    usedStatsByCluster(admin, clusters, latency ? `${statsOfBreakers}|upstream_rq_time` : statsOfBreakers),
    clustersOf(admin, clusters),
  ])
  return new Map(
    [...hosts].map(([name, hostsOfIt]) => {
      const { counts = new Map<string, number>(), latencyMs } = stats.get(name) ?? {}
      return [name, { atMs, pool: counts, hosts: hostsOfIt, ...(latencyMs && { latencyMs }) }]
    }),
  )
}
