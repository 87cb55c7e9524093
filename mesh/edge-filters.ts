import { Construct } from 'constructs'
import { EnvoyFilter, type EnvoyFilterSpecConfigPatches } from '../cdk8s/imports/networking.istio.io.ts'
import { namespace } from '../services/shared/contracts/topology.ts'
import { bodyLimitFilter, edgeConnectionManager, ingressEdge } from './envoy/edge.ts'

const connectionManager = 'envoy.filters.network.http_connection_manager'

type Context = 'GATEWAY' | 'SIDECAR_INBOUND'

const answers = (context: Context): EnvoyFilterSpecConfigPatches => ({
  applyTo: 'NETWORK_FILTER',
  match: { context, listener: { filterChain: { filter: { name: connectionManager } } } },
  patch: {
    operation: 'MERGE',
    value: {
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
        ...edgeConnectionManager,
      },
    },
  },
})

const bodyLimit = (context: Context): EnvoyFilterSpecConfigPatches => ({
  applyTo: 'HTTP_FILTER',
  match: { context, listener: { filterChain: { filter: { name: connectionManager, subFilter: { name: 'envoy.filters.http.router' } } } } },
  patch: { operation: 'INSERT_BEFORE', value: bodyLimitFilter },
})

/**
 * What the laptop's entry does (`envoy/edge.ts`), on both proxies that a customer's request meets: problems instead of Envoy's own text,
 * bounds of headers and body. The body is bounded at the sidecar, because the ingress gateway may lead to others' services too.
 */
export class EdgeFilters extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id)
    // IST0133: see fault-filter.ts. The priority is stated for the same reason as there, and keeps the two apart.
    const annotations = { 'galley.istio.io/analyze-suppress': 'IST0133' }
    new EnvoyFilter(this, 'ingress', {
      metadata: { ...ingressEdge, annotations },
      spec: { priority: 20, workloadSelector: { labels: { istio: 'ingressgateway' } }, configPatches: [answers('GATEWAY')] },
    })
    new EnvoyFilter(this, 'sidecar', {
      metadata: { name: 'gateway-edge', namespace, annotations },
      spec: {
        priority: 20,
        workloadSelector: { labels: { app: 'gateway' } },
        configPatches: [answers('SIDECAR_INBOUND'), bodyLimit('SIDECAR_INBOUND')],
      },
    })
  }
}
