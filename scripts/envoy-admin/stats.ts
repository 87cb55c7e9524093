import type { Admin } from './admin.ts'

/** Statistics by their name without the cluster's prefix, e.g. `upstream_rq_pending_overflow`. */
export type ClusterStats = ReadonlyMap<string, number>

type Stats = readonly {
  readonly name?: string
  readonly value?: unknown
  readonly histograms?: {
    readonly supported_quantiles: readonly number[]
    /** `interval` is null when nothing was recorded in it. */
    readonly computed_quantiles: readonly { readonly name: string; readonly values: readonly { readonly interval: number | null }[] }[]
  }
}[]

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

/** A text as the regular expression (RE2) that matches it alone. */
export const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

const patternOf = (cluster: string, names: string): string => `cluster\\.${escaped(cluster)};?\\.(${names})`

const withoutCluster = (cluster: string, all: ClusterStats): ClusterStats =>
  new Map([...all].map(([name, value]) => [name.slice(`cluster.${cluster}`.length).replace(/^;?\./, ''), value]))

/**
 * Statistics of one cluster. Newer Istio ends the cluster's part of a name with `;`.
 * @param names RE2 of the names without the cluster's. Default: all, of which there are more than a hundred
 */
export const clusterStats = async (admin: Admin, cluster: string, names = '.+'): Promise<ClusterStats> =>
  withoutCluster(cluster, await stats(admin, patternOf(cluster, names)))

/**
 * Those statistics of one cluster that somebody reads all the time, which costs the proxy half as much. What was never counted is not there.
 * @param names RE2 of the names without the cluster's
 */
export const usedClusterStats = async (admin: Admin, cluster: string, names: string): Promise<ClusterStats> =>
  withoutCluster(cluster, parseStats(await admin('GET', `${statsPath(patternOf(cluster, names))}&usedonly`)))

/** How long answers took in the last interval of statistics (5 s unless told otherwise), in ms. */
export interface Latency {
  readonly p50: number
  readonly p99: number
}

/** What many clusters count, each by its name. */
export interface ClusterCounts {
  readonly counts: ClusterStats
  /** Of `upstream_rq_time`, when that was asked for and there was an answer to measure. */
  readonly latencyMs?: Latency
}

/**
 * Those statistics of all matching clusters that somebody reads all the time.
 * @param clusters RE2 of clusters' names @param names RE2 of the names without the cluster's, without groups that capture
 */
export async function usedStatsByCluster(admin: Admin, clusters: string, names: string): Promise<Map<string, ClusterCounts>> {
  const pattern = `cluster\\.(${clusters});?\\.(${names})`
  return parseClusterStats(await admin('GET', `${statsPath(pattern)}&usedonly`), new RegExp(`^${pattern}$`))
}

/** @param pattern captures the cluster's part of a name and the rest */
function parseClusterStats(answer: string, pattern: RegExp): Map<string, ClusterCounts> {
  const found = new Map<string, { counts: Map<string, number>; latencyMs?: Latency }>()
  const partsOf = (whole: string) => {
    const [, cluster, name] = pattern.exec(whole) ?? []
    if (cluster === undefined || name === undefined) return undefined
    const one = found.get(cluster) ?? { counts: new Map<string, number>() }
    found.set(cluster, one)
    return { one, name }
  }
  for (const { name: whole, value, histograms } of entries(answer)) {
    if (whole !== undefined && typeof value === 'number') {
      const parts = partsOf(whole)
      parts?.one.counts.set(parts.name, value)
    }
    for (const { name, values } of histograms?.computed_quantiles ?? []) {
      const latency = latencyOf(histograms?.supported_quantiles ?? [], values)
      const parts = latency && partsOf(name)
      if (parts) parts.one.latencyMs = latency
    }
  }
  return found
}

/** Of the last interval; undefined when nothing was answered in it. */
function latencyOf(quantiles: readonly number[], values: readonly { readonly interval: number | null }[]): Latency | undefined {
  const at = (quantile: number) => values[quantiles.indexOf(quantile)]?.interval ?? undefined
  const [p50, p99] = [at(50), at(99)]
  return p50 === undefined || p99 === undefined ? undefined : { p50, p99 }
}

/** Requests that reached the proxy from outside, also those that its fault filter answered; undefined when it does not count them. */
export async function inboundRequests(admin: Admin): Promise<number | undefined> {
  const found = await stats(admin, 'http\\.inbound.*\\.downstream_rq_total')
  return found.size === 0 ? undefined : [...found.values()].reduce((sum, value) => sum + value, 0)
}
