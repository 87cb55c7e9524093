import { k8s } from 'cdk8s-plus-27'
import type { Construct } from 'constructs'
import { namespaced, port } from '../../cdk8s/constructs/network.ts'
import { PodReader } from '../../cdk8s/constructs/pod-reader.ts'
import { nodeUser } from '../../cdk8s/constructs/restricted.ts'
import { ShopChart } from '../../cdk8s/constructs/shop-chart.ts'
import { TelemetryWorkload } from '../../cdk8s/constructs/telemetry-workload.ts'
import type { Observability, Settings } from '../../cdk8s/settings/settings.ts'
import { breakerExporter, observabilityNamespace, proxyStatisticsPort } from '../../services/shared/contracts/deployment.ts'
import { namespace } from '../../services/shared/contracts/topology.ts'
import { metricsPort } from './config/scrape.ts'
import { from, toApiServer } from './network-rules.ts'

const { name, port: ownPort } = breakerExporter

/**
 * Tells Prometheus the state of every breaker (scripts/breaker-watch). It may see which pods the shop has and read the statistics of their proxies, which
 * answer there with nothing else: not their admin interface, and no way through the API server into a pod.
 */
export class BreakerExporter extends ShopChart {
  constructor(scope: Construct, settings: Settings, observability: Observability) {
    super(scope, 'observability-breakers', settings, observabilityNamespace)
    new PodReader(this, 'pods', { name, of: observabilityNamespace, namespaces: [namespace] })
    new k8s.KubeNetworkPolicy(this, 'statistics', {
      metadata: { name, namespace },
      spec: {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [{ from: [namespaced(observabilityNamespace, { app: name })], ports: [port(proxyStatisticsPort)] }],
      },
    })
    new TelemetryWorkload(this, 'exporter', {
      name,
      image: `${settings.imageRegistry}/${name}:${settings.imageTag}`,
      user: nodeUser,
      args: ['node', '--max-old-space-size=64', 'main.js'],
      env: { NAMESPACES: namespace, PORT: String(ownPort) },
      ports: { [metricsPort]: ownPort },
      readsPods: true,
      cpu: '20m',
      memory: '192Mi',
      ready: { httpGet: { path: '/healthz', port: k8s.IntOrString.fromNumber(ownPort) }, periodSeconds: 5 },
      ingress: [from('collector', ownPort)],
      egress: [
        toApiServer(observability),
        { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }], ports: [port(proxyStatisticsPort)] },
      ],
    })
  }
}
