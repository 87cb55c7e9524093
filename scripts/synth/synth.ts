import { App, Yaml } from 'cdk8s'
import type { ShopChart } from '../../cdk8s/constructs/shop-chart.ts'
import type { ClusterSettings, Settings } from '../../cdk8s/settings/settings.ts'
import { deployedWorkloads } from '../../cdk8s/workloads.ts'
import { DataNamespace } from '../../charts/data-namespace.ts'
import { Kafka } from '../../charts/kafka.ts'
import { Namespace } from '../../charts/namespace.ts'
import { BreakerExporter } from '../../charts/observability/breaker-exporter.ts'
import { Collector } from '../../charts/observability/collector.ts'
import { LogsStore } from '../../charts/observability/logs-store.ts'
import { MetricsStore } from '../../charts/observability/metrics-store.ts'
import { ObservabilityNamespaces } from '../../charts/observability/namespaces.ts'
import { NodeLogs } from '../../charts/observability/node-logs.ts'
import { TracesStore } from '../../charts/observability/traces-store.ts'
import { Postgres } from '../../charts/postgres.ts'
import { Redis } from '../../charts/redis.ts'
import { StorageClass } from '../../charts/storage-class.ts'
import { Topics } from '../../charts/topics.ts'
import { Workload } from '../../charts/workload.ts'
import { workloadRows } from '../../charts/workloads.ts'
import { DestinationPolicy } from '../../mesh/constructs/destination-policy.ts'
import { Ingress } from '../../mesh/ingress.ts'
import { MeshWide } from '../../mesh/mesh-wide.ts'
import { policies } from '../../mesh/policies.ts'
import { stages } from '../../services/shared/contracts/deployment.ts'

type Stage = keyof typeof stages
type Charts = Readonly<Record<Stage, readonly ShopChart[]>>

/** Settings of a target → its manifests, file name → YAML. */
export function synth(settings: Settings): Map<string, string> {
  const app = new App()
  const { cluster } = settings
  const names = deployedWorkloads(cluster)
  const charts: Charts = {
    namespaces: cluster ? namespaces(app, settings, cluster) : [],
    data: cluster ? data(app, settings, cluster) : [],
    policies: [
      ...(cluster ? [new MeshWide(app, settings, cluster), new Ingress(app, settings)] : []),
      ...names.flatMap((name) => {
        const policyFor = policies[name]
        return policyFor ? [new DestinationPolicy(app, settings, name, policyFor)] : []
      }),
    ],
    workloads: names.map((name) => new Workload(app, settings, name, workloadRows[name])),
  }
  return new Map(
    Object.entries(stages).flatMap(([stage, digit]) =>
      charts[stage as Stage].map((chart) => [`${digit}-${chart.node.id}.yaml`, Yaml.stringify(...chart.toJson())]),
    ),
  )
}

function namespaces(app: App, settings: Settings, cluster: ClusterSettings): ShopChart[] {
  const {
    dataStores,
    storageClass: { name, provision },
  } = cluster
  return [
    new Namespace(app, settings),
    ...(dataStores === 'in-cluster' ? [new DataNamespace(app, settings)] : []),
    ...(cluster.observability ? [new ObservabilityNamespaces(app, settings)] : []),
    ...(provision ? [new StorageClass(app, settings, name, provision)] : []),
  ]
}

function data(app: App, settings: Settings, cluster: ClusterSettings): ShopChart[] {
  const stores = cluster.dataStores === 'in-cluster' ? [new Kafka(app, settings, cluster), new Postgres(app, settings, cluster)] : []
  const redis = cluster.redis ? [new Redis(app, settings, cluster, cluster.redis)] : []
  return [...stores, ...redis, new Topics(app, settings, cluster), ...observability(app, settings, cluster)]
}

/** Before the workloads: what they send at once finds somebody. */
function observability(app: App, settings: Settings, cluster: ClusterSettings): ShopChart[] {
  const { observability } = cluster
  if (!observability) return []
  const { stores } = observability
  return [
    ...(stores.kind === 'in-cluster'
      ? [
          new LogsStore(app, settings, cluster, stores),
          new TracesStore(app, settings, stores),
          new MetricsStore(app, settings, cluster, { observability, stores }),
        ]
      : []),
    new Collector(app, settings, cluster, observability),
    new NodeLogs(app, settings, observability),
    ...(observability.breakers ? [new BreakerExporter(app, settings, observability)] : []),
  ]
}
