import { Chart } from 'cdk8s'
import type { Construct } from 'constructs'
import { ServiceEntry, Sidecar } from '../cdk8s/imports/networking.istio.io.ts'
import { AuthorizationPolicy, PeerAuthentication } from '../cdk8s/imports/security.istio.io.ts'
import { Telemetry } from '../cdk8s/imports/telemetry.istio.io.ts'
import { type ClusterSettings, dataNamespace, deployedWorkloads, storesOf } from '../cdk8s/settings.ts'
import { namespace, type WorkloadName, workload } from '../services/shared/contracts/topology.ts'
import { FaultFilter } from './fault-filter.ts'

/** What holds for every workload of the namespace: mutual TLS, nothing allowed until named, nothing reachable until named. */
export class MeshWide extends Chart {
  constructor(scope: Construct, cluster: ClusterSettings) {
    super(scope, 'mesh-wide', { namespace })
    new PeerAuthentication(this, 'mtls', { metadata: { name: 'default' }, spec: { mtls: { mode: 'STRICT' } } })
    // An ALLOW policy without rules matches nothing, so it allows nothing.
    new AuthorizationPolicy(this, 'nothing', { metadata: { name: 'allow-nothing' }, spec: {} })
    new Telemetry(this, 'access-logs', { metadata: { name: 'access-logs' }, spec: { accessLogging: [{ providers: [{ name: 'envoy' }] }] } })
    if (cluster.chaosTools) new FaultFilter(this, 'fault-filter')
    for (const name of deployedWorkloads(cluster)) this.scope(name, cluster)
    for (const { kind, name, host, port } of cluster.externalStores) {
      // Kafka's clients begin with TLS, whose server name picks the broker; PostgreSQL's ask in plain text for TLS.
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

  /** A proxy knows the callees that topology names and the data stores, and reaches nothing else. */
  private scope(name: WorkloadName, cluster: ClusterSettings): void {
    const stores = storesOf(name)
    // Its own host too: out of scope, istiod would not find its DestinationRule, and the pool limits of the inbound side would be missing.
    const shop = [name, ...workload(name).calls].map((host) => `./${host}.${namespace}.svc.cluster.local`)
    const inside =
      cluster.dataStores === 'in-cluster' ? stores.map((host) => `${dataNamespace}/${host}.${dataNamespace}.svc.cluster.local`) : []
    const outside = cluster.externalStores.filter(({ kind }) => stores.includes(kind)).map(({ host }) => `./${host}`)
    new Sidecar(this, `scope-${name}`, {
      metadata: { name },
      spec: {
        workloadSelector: { labels: { app: name } },
        outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
        egress: [{ hosts: [...shop, ...inside, ...outside, 'istio-system/*'] }],
      },
    })
  }
}
