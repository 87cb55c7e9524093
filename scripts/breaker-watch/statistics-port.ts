import type { HostStatus } from '../envoy-admin/clusters.ts'
import { refusingLimits } from '../envoy-admin/refusing-limits.ts'
import type { ProxyReader } from './proxy-reader.ts'
import type { ClusterSnapshot } from './snapshot.ts'

/**
 * Where the proxy of a pod answers with its statistics and nothing else (https://istio.io/latest/docs/ops/deployment/application-requirements/#ports-used-by-istio):
 * who may read there can change nothing, as who reaches its admin interface can.
 */
const statisticsPort = 15_090

const answersWithinMs = 5_000

/** Hosts are told one by one only by clusters with `per_endpoint_stats`, which whoever wants to read them so must switch on. */
const names =
  `cluster\\.outbound\\|.*(?:upstream_rq_(?:pending|active)_overflow|circuit_breakers\\.default\\.(?:${refusingLimits.join('|')})` +
  '|outlier_detection\\.ejections_(?:active|enforced_.+)|endpoint\\..+\\.(?:healthy|rq_(?:total|active|success|error)))'

/** GET of it answers what a breaker's state is made of. */
export const statisticsPath = `/stats/prometheus?usedonly&filter=${encodeURIComponent(`^${names}$`)}`

/** By its statistics alone: without rules, and without how long answers took. @param address of the pod */
export const statisticsReader = (address: string): ProxyReader => ({
  read: async (atMs) => {
    const host = address.includes(':') ? `[${address}]` : address
    const answer = await fetch(`http://${host}:${statisticsPort}${statisticsPath}`, { signal: AbortSignal.timeout(answersWithinMs) })
    if (!answer.ok) throw new Error(`the proxy at ${address} answered ${answer.status}`)
    return parseStatistics(await answer.text(), atMs)
  },
  rules: async () => new Map(),
})

type Counts = Map<string, number>

/** Prometheus's text of a proxy → its outbound clusters. */
export function parseStatistics(text: string, atMs: number): Map<string, ClusterSnapshot> {
  const pools = new Map<string, Counts>()
  const endpoints = new Map<string, Map<string, Counts>>()
  for (const line of text.split('\n')) {
    const [, name = '', labels = '', value] = /^envoy_cluster_([a-z0-9_]+)\{(.*)\} (\S+)$/.exec(line) ?? []
    if (value === undefined) continue
    const { cluster, endpoint } = namesIn(labels)
    if (cluster === undefined || !cluster.startsWith('outbound|')) continue
    const pool = getOrAdd(pools, cluster, (): Counts => new Map())
    if (endpoint === undefined) pool.set(statisticOf(name), Number(value))
    else
      getOrAdd(
        getOrAdd(endpoints, cluster, () => new Map<string, Counts>()),
        endpoint,
        (): Counts => new Map(),
      ).set(name, Number(value))
  }
  return new Map(
    [...pools].map(([cluster, pool]) => {
      const anyEjected = (pool.get('outlier_detection.ejections_active') ?? 0) > 0
      const hosts = [...(endpoints.get(cluster) ?? [])].map(([address, counts]) => hostOf(address, counts, anyEjected))
      return [cluster, { atMs, pool, hosts }]
    }),
  )
}

/** Istio's proxies have `cluster_name`, others and all endpoints Envoy's own `envoy_cluster_name`. */
function namesIn(labels: string): { readonly cluster?: string; readonly endpoint?: string } {
  const found: { cluster?: string; endpoint?: string } = {}
  for (const [, name = '', value = ''] of labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)) {
    // Statistics end a cluster's part of their names with it; Istio's labels are without, those of endpoints with it.
    if (name === 'cluster_name' || name === 'envoy_cluster_name') found.cluster = value.replace(/;$/, '')
    if (name === 'envoy_endpoint_address' || name === 'endpoint_address') found.endpoint = value
  }
  return found
}

/** Of a metric's name → the statistic's, as the admin interface tells it: `circuit_breakers.default.rq_open`. */
const statisticOf = (name: string): string =>
  name.replace(/^circuit_breakers_default_/, 'circuit_breakers.default.').replace(/^outlier_detection_/, 'outlier_detection.')

function hostOf(address: string, counts: ReadonlyMap<string, number>, anyEjected: boolean): HostStatus {
  const count = (name: string): number => counts.get(`endpoint_${name}`) ?? 0
  return {
    address,
    // Unhealthy for another reason: its readiness has told the control plane so.
    ejected: anyEjected && counts.get('endpoint_healthy') === 0,
    requests: count('rq_total'),
    active: count('rq_active'),
    succeeded: count('rq_success'),
    failed: count('rq_error'),
  }
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
