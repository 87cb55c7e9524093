import { namespace, ports, type WorkloadName } from '../../../services/shared/contracts/topology.ts'
import type { Replica, Target } from './target.ts'

/** Istio's name for a callee's cluster in a caller's proxy. */
export const outboundCluster = (callee: WorkloadName): string => `outbound|${ports.service}||${callee}.${namespace}.svc.cluster.local`

/** Istio's name for the cluster that leads from a proxy to its own app. */
export const inboundCluster = `inbound|${ports.app}||`

/** One upstream host as a caller's proxy counts it. */
export interface HostStatus {
  /** `ip:port`. */
  readonly address: string
  readonly ejected: boolean
  readonly requests: number
  readonly succeeded: number
  readonly failed: number
}

/** Statistics by their name without the cluster's prefix, e.g. `upstream_rq_pending_overflow`. */
export type ClusterStats = ReadonlyMap<string, number>

interface ClustersAnswer {
  readonly cluster_statuses?: readonly {
    readonly name: string
    readonly host_statuses?: readonly {
      readonly address: { readonly socket_address: { readonly address: string; readonly port_value: number } }
      readonly stats?: readonly { readonly name: string; readonly value?: string }[]
      readonly health_status?: { readonly failed_outlier_check?: boolean }
    }[]
  }[]
}

/** Envoy's `/clusters?format=json` → the hosts of one cluster; zero counters have no `value` there. */
export function parseHosts(answer: string, cluster: string): HostStatus[] {
  const statuses = (JSON.parse(answer) as ClustersAnswer).cluster_statuses ?? []
  return (statuses.find(({ name }) => name === cluster)?.host_statuses ?? []).map(({ address, stats, health_status }) => {
    const value = (name: string) => Number(stats?.find((stat) => stat.name === name)?.value ?? 0)
    return {
      address: `${address.socket_address.address}:${address.socket_address.port_value}`,
      ejected: health_status?.failed_outlier_check === true,
      requests: value('rq_total'),
      succeeded: value('rq_success'),
      failed: value('rq_error'),
    }
  })
}

/** Envoy's `/stats?format=json` → values by name; histograms have no single value and are left out. */
export function parseStats(answer: string): Map<string, number> {
  const { stats } = JSON.parse(answer) as { stats: readonly { name?: string; value?: unknown }[] }
  return new Map(stats.flatMap(({ name, value }) => (name !== undefined && typeof value === 'number' ? [[name, value]] : [])))
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Statistics whose whole name matches `pattern` (RE2). */
export async function stats(target: Target, replica: Replica, pattern: string): Promise<Map<string, number>> {
  return parseStats(await target.admin(replica, 'GET', `/stats?format=json&filter=${encodeURIComponent(`^${pattern}$`)}`))
}

/** All statistics of one cluster. Newer Istio ends the cluster's part of a name with `;`. */
export async function clusterStats(target: Target, replica: Replica, cluster: string): Promise<ClusterStats> {
  const all = await stats(target, replica, `cluster\\.${escaped(cluster)};?\\..+`)
  return new Map([...all].map(([name, value]) => [name.slice(`cluster.${cluster}`.length).replace(/^;?\./, ''), value]))
}

export async function hosts(target: Target, replica: Replica, cluster: string): Promise<HostStatus[]> {
  return parseHosts(await target.admin(replica, 'GET', '/clusters?format=json'), cluster)
}

/** Requests that reached the replica's proxy from outside, also those that its fault filter answered. */
export async function inboundRequests(target: Target, replica: Replica): Promise<number> {
  const found = await stats(target, replica, 'http\\.inbound.*\\.downstream_rq_total')
  return [...found.values()].reduce((sum, value) => sum + value, 0)
}

/** The cluster as the proxy uses it now (`config_dump`), or undefined. */
export async function clusterConfig(target: Target, replica: Replica, cluster: string): Promise<unknown> {
  const answer = JSON.parse(await target.admin(replica, 'GET', '/config_dump?resource=dynamic_active_clusters')) as {
    configs?: readonly { cluster?: { name?: string } }[]
  }
  return answer.configs?.find((entry) => entry.cluster?.name === cluster)?.cluster
}

/** What a proxy enforces towards a cluster; unset is what is not limited, or by Envoy's default. */
export interface EnforcedRule {
  readonly maxConnections?: number
  readonly maxPending?: number
  readonly consecutiveErrors?: number
}

interface ClusterConfig {
  readonly circuit_breakers?: {
    readonly thresholds?: readonly { readonly max_connections?: number; readonly max_pending_requests?: number }[]
  }
  readonly outlier_detection?: { readonly consecutive_5xx?: number }
}

/** A policy is in force when the proxy has it, which is later than when it was written. */
export async function enforcedRule(target: Target, replica: Replica, cluster: string): Promise<EnforcedRule> {
  const { circuit_breakers, outlier_detection } = ((await clusterConfig(target, replica, cluster)) ?? {}) as ClusterConfig
  const limits = circuit_breakers?.thresholds?.[0]
  return {
    ...(limits?.max_connections !== undefined && { maxConnections: limits.max_connections }),
    ...(limits?.max_pending_requests !== undefined && { maxPending: limits.max_pending_requests }),
    ...(outlier_detection?.consecutive_5xx !== undefined && { consecutiveErrors: outlier_detection.consecutive_5xx }),
  }
}

/** Worker threads: limits are exact with one only (https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/circuit_breaking). */
export async function workers(target: Target, replica: Replica): Promise<number> {
  const { command_line_options } = JSON.parse(await target.admin(replica, 'GET', '/server_info')) as {
    command_line_options: { concurrency: number }
  }
  return command_line_options.concurrency
}
