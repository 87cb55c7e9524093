import { mergeExpositions } from './merge-expositions.ts'
import { labelText, withLabels } from './with-labels.ts'

/** A replica with its sidecar, and where both tell their metrics. */
export interface Scraped {
  readonly namespace: string
  readonly workload: string
  /** `catalog-0` */
  readonly pod: string
  readonly appPort: number
  readonly adminPort: number
}

/** Of all that an Envoy counts, what tells how calls went: about a tenth. */
const ofProxies =
  'cluster\\.(?:in|out)bound\\|[^;]*;\\.(?:upstream_rq_(?:[1-5]xx|total|active|timeout|retry|pending_overflow|active_overflow)|outlier_detection\\.ejections_(?:active|enforced_total)|upstream_cx_(?:active|connect_fail))'
const proxyPath = `/stats/prometheus?usedonly&filter=${encodeURIComponent(`^(?:${ofProxies})$`)}`
const answersWithinMs = 3_000

/** Undefined when nobody answers there, or has no such page: one replica that is down hides none of the others. */
async function read(port: number, path: string): Promise<string | undefined> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(answersWithinMs) }).catch(() => undefined)
  return answer?.ok ? answer.text().catch(() => undefined) : undefined
}

/**
 * The metrics of all replicas, and what else is told, as one text in Prometheus's format. Labels are those that a scrape in a cluster gives:
 * namespace, workload, pod.
 */
export async function shopMetrics(replicas: readonly Scraped[], others: readonly Promise<string>[] = []): Promise<string> {
  const texts = await Promise.all([...replicas.map(ofReplica), ...others])
  return mergeExpositions(texts.flat())
}

async function ofReplica({ namespace, workload, pod, appPort, adminPort }: Scraped): Promise<string[]> {
  const [app, proxy] = await Promise.all([read(appPort, '/metrics'), read(adminPort, proxyPath)])
  const labels = { namespace, workload, pod }
  const answers = Object.entries({ app, proxy }).map(
    ([part, text]) => `breakwater_replica_answers{${labelText({ ...labels, part })}} ${text === undefined ? 0 : 1}`,
  )
  return [
    [
      '# HELP breakwater_replica_answers 1 when this part of a replica told its metrics',
      '# TYPE breakwater_replica_answers gauge',
      ...answers,
    ].join('\n'),
    // A service names its own pod.
    withLabels(app ?? '', { namespace, workload }),
    withLabels(proxy ?? '', labels),
  ]
}
