import type { Admin } from './admin.ts'

/** Statistics by their name without the cluster's prefix, e.g. `upstream_rq_pending_overflow`. */
export type ClusterStats = ReadonlyMap<string, number>

type Stats = readonly { readonly name?: string; readonly value?: unknown }[]

const entries = (answer: string): Stats => (JSON.parse(answer) as { stats: Stats }).stats

/** Envoy's `/stats?format=json` → counters and gauges by name; histograms have no single value and are left out. */
export const parseStats = (answer: string): Map<string, number> =>
  new Map(entries(answer).flatMap(({ name, value }) => (name !== undefined && typeof value === 'number' ? [[name, value]] : [])))

/** Envoy's `/stats?format=json` → the statistics that are texts, such as the version of a configuration. */
export const parseTextReadouts = (answer: string): Map<string, string> =>
  new Map(entries(answer).flatMap(({ name, value }) => (name !== undefined && typeof value === 'string' ? [[name, value]] : [])))

/** Path of the statistics whose whole name matches `pattern` (RE2). */
export const statsPath = (pattern: string): string => `/stats?format=json&filter=${encodeURIComponent(`^${pattern}$`)}`

/** Counters and gauges whose whole name matches `pattern` (RE2). */
export const stats = async (admin: Admin, pattern: string): Promise<Map<string, number>> =>
  parseStats(await admin('GET', statsPath(pattern)))

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

const patternOf = (cluster: string, names: string): string => `cluster\\.${escaped(cluster)};?\\.(${names})`

const withoutCluster = (cluster: string, all: ClusterStats): ClusterStats =>
  new Map([...all].map(([name, value]) => [name.slice(`cluster.${cluster}`.length).replace(/^;?\./, ''), value]))

/** All statistics of one cluster. Newer Istio ends the cluster's part of a name with `;`. */
export const clusterStats = async (admin: Admin, cluster: string): Promise<ClusterStats> =>
  withoutCluster(cluster, await stats(admin, patternOf(cluster, '.+')))

/**
 * Those statistics of one cluster that somebody reads all the time, which costs the proxy half as much. What was never counted is not there.
 * @param names RE2 of the names without the cluster's
 */
export const usedClusterStats = async (admin: Admin, cluster: string, names: string): Promise<ClusterStats> =>
  withoutCluster(cluster, parseStats(await admin('GET', `${statsPath(patternOf(cluster, names))}&usedonly`)))

/** Requests that reached the proxy from outside, also those that its fault filter answered; undefined when it does not count them. */
export async function inboundRequests(admin: Admin): Promise<number | undefined> {
  const found = await stats(admin, 'http\\.inbound.*\\.downstream_rq_total')
  return found.size === 0 ? undefined : [...found.values()].reduce((sum, value) => sum + value, 0)
}
