import type { Construct } from 'constructs'
import { ShopChart } from '../cdk8s/constructs/shop-chart.ts'
import { issuerHosts } from '../cdk8s/constructs/token-issuer.ts'
import { ServiceEntry, Sidecar } from '../cdk8s/imports/networking.istio.io.ts'
import { AuthorizationPolicy, PeerAuthentication } from '../cdk8s/imports/security.istio.io.ts'
import { Telemetry } from '../cdk8s/imports/telemetry.istio.io.ts'
import type { ClusterSettings, Settings } from '../cdk8s/settings/settings.ts'
import { deployedWorkloads, destinationsOf, storesOf } from '../cdk8s/workloads.ts'
import { dataNamespace, istioNamespace, observabilityNamespace, storeHost, telemetryHost } from '../services/shared/contracts/deployment.ts'
import { namespace, type WorkloadName, workload } from '../services/shared/contracts/topology.ts'
import { EndpointStatistics } from './endpoint-statistics.ts'
import { FaultFilter } from './fault-filter.ts'
import { tracing } from './tracing.ts'

/** What holds for every workload of the namespace: mutual TLS, nothing allowed until named, nothing reachable until named. */
export class MeshWide extends ShopChart {
  constructor(scope: Construct, settings: Settings, cluster: ClusterSettings) {
    super(scope, 'mesh-wide', settings, namespace)
    new PeerAuthentication(this, 'mtls', { metadata: { name: 'default' }, spec: { mtls: { mode: 'STRICT' } } })
    // An ALLOW policy without rules matches nothing, so it allows nothing.
    new AuthorizationPolicy(this, 'nothing', { metadata: { name: 'allow-nothing' }, spec: {} })
    // Of several that hold for a whole namespace Istio takes one.
    new Telemetry(this, 'telemetry', {
      metadata: { name: 'default' },
      spec: {
        accessLogging: [{ providers: [{ name: 'envoy' }] }],
        ...(cluster.observability && { tracing: tracing(cluster.observability) }),
      },
    })
    if (cluster.observability?.breakers) new EndpointStatistics(this, 'endpoint-statistics')
    if (cluster.chaosTools) new FaultFilter(this, 'fault-filter')
    for (const name of deployedWorkloads(cluster)) this.scope(name, cluster)
    for (const host of cluster.tokenIssuer ? issuerHosts(cluster.tokenIssuer) : []) this.issuer(host)
    for (const { kind, name, host, port } of cluster.externalStores) {
      // Kafka's clients begin with TLS, whose server name picks the broker; PostgreSQL's ask in plain text for TLS, and Redis has one host.
      const protocol = kind === 'kafka' ? 'TLS' : 'TCP'
      new ServiceEntry(this, `external-${name}`, {
        metadata: { name },
        spec: {
          hosts: [host],
          ports: [{ number: port, name: protocol.toLowerCase(), protocol }],
          location: 'MESH_EXTERNAL',
          resolution: 'DNS',
        },
      })
    }
  }

  /** Said like an external store: the gateway itself begins with TLS. */
  private issuer(host: string): void {
    new ServiceEntry(this, `external-${host}`, {
      metadata: { name: host },
      spec: { hosts: [host], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], location: 'MESH_EXTERNAL', resolution: 'DNS' },
    })
  }

  /** A proxy knows the destinations that topology names and the data stores, and reaches nothing else. */
  private scope(name: WorkloadName, cluster: ClusterSettings): void {
    const stores = storesOf(name, cluster)
    // Its own host too: out of scope, istiod would not find its DestinationRule, and the pool limits of the inbound side would be missing.
    const shop = [name, ...destinationsOf(name, cluster)].map((host) => `./${host}.${namespace}.svc.cluster.local`)
    const inside = cluster.dataStores === 'in-cluster' ? stores.map((store) => `${dataNamespace}/${storeHost(store)}`) : []
    const outside = cluster.externalStores.filter(({ kind }) => stores.includes(kind)).map(({ host }) => `./${host}`)
    const issuer = cluster.tokenIssuer && workload(name).calls.includes('identity') ? issuerHosts(cluster.tokenIssuer) : []
    const collector = cluster.observability ? [`${observabilityNamespace}/${telemetryHost('collector')}`] : []
    new Sidecar(this, `scope-${name}`, {
      metadata: { name },
      spec: {
        workloadSelector: { labels: { app: name } },
        outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
        egress: [{ hosts: [...shop, ...inside, ...outside, ...issuer.map((host) => `./${host}`), ...collector, `${istioNamespace}/*`] }],
      },
    })
  }
}
