import type { Replica } from '../../../access/replica.ts'
import { type HostStatus, hosts as hostsOf } from '../../../envoy-admin/clusters.ts'
import { clusterStats } from '../../../envoy-admin/stats.ts'
import { type Destination, outboundCluster } from '../destination.ts'
import type { Target } from '../target.ts'

/** What a caller's proxy shows of a destination. A proxy shows states, not moments: a change was between two looks. */
export interface Look {
  /** `performance.now()` before it was asked, and when it had answered. */
  readonly askedAt: number
  readonly at: number
  readonly hosts: readonly HostStatus[]
  /** Requests that it sent because another one had failed. */
  readonly retries: number
  /** Hosts that it has ejected so far, and those that the percentage forbade; undefined where it does not count them. */
  readonly ejections: number | undefined
  readonly forbidden: number | undefined
}

const [retry, ejected, overflow] = [
  'upstream_rq_retry',
  'outlier_detection.ejections_enforced_consecutive_5xx',
  'outlier_detection.ejections_overflow',
] as const
/** A cluster has more than a hundred statistics, which cost as much to write and to read. */
const counted = [retry, ejected, overflow].map((name) => name.replaceAll('.', '\\.')).join('|')

/** Asks once. */
export async function lookAt(target: Target, caller: Replica, destination: Destination): Promise<Look> {
  const askedAt = performance.now()
  const [admin, cluster] = [target.admin(caller), outboundCluster(destination)]
  const [hosts, stats] = await Promise.all([hostsOf(admin, cluster), clusterStats(admin, cluster, counted)])
  return {
    askedAt,
    at: performance.now(),
    hosts,
    retries: stats.get(retry) ?? 0,
    ejections: stats.get(ejected),
    forbidden: stats.get(overflow),
  }
}
