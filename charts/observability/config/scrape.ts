import type { Observability } from '../../../cdk8s/settings/settings.ts'
import { observabilityNamespace, podMetrics } from '../../../services/shared/contracts/deployment.ts'
import { namespace } from '../../../services/shared/contracts/topology.ts'

/** A port of this name is read, of pods in the namespace of observability. */
export const metricsPort = 'metrics'

/** The agent beside a proxy tells of its own runtime, too. */
const ofAgents = 'istio_agent_.+|go_.+|promhttp_.+'

interface Relabeling {
  readonly source_labels: readonly string[]
  readonly regex?: string
  readonly target_label?: string
  readonly replacement?: string
  readonly action?: 'keep' | 'drop'
}

const label = (from: string, to: string): Relabeling => ({ source_labels: [`__meta_kubernetes_${from}`], target_label: to })

const ofPods: readonly Relabeling[] = [
  { source_labels: ['__meta_kubernetes_pod_phase'], regex: 'Succeeded|Failed', action: 'drop' },
  label('namespace', 'namespace'),
  label('pod_name', 'pod'),
  label('pod_label_app', 'workload'),
]

const pods = (name: string) => [{ role: 'pod', namespaces: { names: [name] } }]

/**
 * What Prometheus reads, or a collector that reads as Prometheus does: of each pod in the mesh the merged metrics of app and proxy, which
 * pilot-agent hands out in plain text, whatever mTLS says; and those who collect.
 */
export const scrapeConfigs = ({ metricsEverySeconds }: Observability): object[] => [
  {
    job_name: 'breakwater',
    scrape_interval: `${metricsEverySeconds}s`,
    metrics_path: podMetrics.path,
    kubernetes_sd_configs: pods(namespace),
    relabel_configs: [
      // One port of each pod that has a proxy: Envoy's own for Prometheus, in place of which the agent's is read.
      { source_labels: ['__meta_kubernetes_pod_container_port_name'], regex: 'http-envoy-prom', action: 'keep' },
      { source_labels: ['__meta_kubernetes_pod_ip'], target_label: '__address__', replacement: `$1:${podMetrics.port}` },
      ...ofPods,
      label('pod_label_version', 'version'),
    ],
    metric_relabel_configs: [{ source_labels: ['__name__'], regex: ofAgents, action: 'drop' }],
  },
  {
    job_name: 'observability',
    scrape_interval: `${metricsEverySeconds}s`,
    kubernetes_sd_configs: pods(observabilityNamespace),
    relabel_configs: [{ source_labels: ['__meta_kubernetes_pod_container_port_name'], regex: metricsPort, action: 'keep' }, ...ofPods],
  },
]
