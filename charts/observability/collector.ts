import { Yaml } from 'cdk8s'
import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { namespaced, port } from '../../cdk8s/constructs/network.ts'
import { identityAnnotations } from '../../cdk8s/constructs/pod-identity.ts'
import { PodReader } from '../../cdk8s/constructs/pod-reader.ts'
import { ShopChart } from '../../cdk8s/constructs/shop-chart.ts'
import { TelemetryWorkload } from '../../cdk8s/constructs/telemetry-workload.ts'
import type { ClusterSettings, Observability, Settings } from '../../cdk8s/settings/settings.ts'
import {
  images,
  nodeLogsNamespace,
  observabilityNamespace,
  podMetrics,
  telemetryServices,
} from '../../services/shared/contracts/deployment.ts'
import { namespace } from '../../services/shared/contracts/topology.ts'
import { collectorPorts } from './config/collector-parts.ts'
import { gatewayConfig, gatewayMemory } from './config/gateway.ts'
import { metricsPort } from './config/scrape.ts'
import { from, toApiServer } from './network-rules.ts'
import { nodeLogsName } from './node-logs.ts'

const { name, grpc, http, metrics } = telemetryServices.collector

/**
 * The gateway that everybody sends OTLP to, and that reads the metrics of pods. It is outside of the mesh, as Kafka is: proxies send plain text there, and a network policy says
 * who may. To services its HTTP port is TCP, or a proxy would trace and log the sending of traces.
 */
export class Collector extends ShopChart {
  constructor(scope: Construct, settings: Settings, cluster: ClusterSettings, observability: Observability) {
    super(scope, 'observability-collector', settings, observabilityNamespace)
    const { stores } = observability
    const isManaged = stores.kind === 'managed'
    new TelemetryWorkload(this, 'gateway', {
      name,
      image: images.collector,
      user: 10_001,
      args: [`--config=/etc/${name}/config.yaml`],
      files: { 'config.yaml': Yaml.stringify(gatewayConfig(observability)) },
      env: { GOMEMLIMIT: `${Math.floor(gatewayMemory * 0.8)}MiB` },
      ports: { 'grpc-otlp': grpc, 'tcp-otlp-http': http, ...(!isManaged && { 'http-metrics': metrics }) },
      privatePorts: { [metricsPort]: collectorPorts.metrics },
      readsPods: true,
      annotations: identityAnnotations(name, cluster.podIdentity),
      cpu: '20m',
      memory: `${gatewayMemory}Mi`,
      ready: { httpGet: { path: '/', port: k8s.IntOrString.fromNumber(collectorPorts.health) }, periodSeconds: 3 },
      ingress: [
        { from: [{ namespaceSelector: inNamespace(namespace) }], ports: [port(grpc), port(http)] },
        { from: [namespaced(nodeLogsNamespace, { app: nodeLogsName })], ports: [port(grpc)] },
        // It reads its own metrics as those of others.
        from('collector', collectorPorts.metrics),
        ...(isManaged ? [] : [from('metrics', metrics)]),
      ],
      egress: [
        toApiServer(observability),
        { to: [{ namespaceSelector: inNamespace(namespace) }], ports: [port(podMetrics.port)] },
        // Stores, and whoever tells of itself beside them.
        { to: [{ podSelector: {} }] },
        ...(isManaged ? [{ to: [{ ipBlock: { cidr: stores.network } }], ports: [port(443)] }, ...credentials(cluster)] : []),
      ],
    })
    new PodReader(this, 'pods', { name, of: observabilityNamespace, namespaces: [namespace, observabilityNamespace] })
  }
}

const inNamespace = (name: string): k8s.LabelSelector => ({ matchLabels: { 'kubernetes.io/metadata.name': name } })

/** The way to the pod's own credentials. */
const credentials = ({ podIdentity }: ClusterSettings): k8s.NetworkPolicyEgressRule[] =>
  podIdentity?.credentials
    ? [{ to: [{ ipBlock: { cidr: podIdentity.credentials.cidr } }], ports: [port(podIdentity.credentials.port)] }]
    : []
