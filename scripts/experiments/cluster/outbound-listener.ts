import type { ProxyConfig } from '../../envoy-admin/config-dump.ts'
import { type Destination, hostName } from '../core/destination.ts'

/** Of a pod's loopback, which nobody outside of the pod reaches: one that neither Istio nor Kubernetes uses. */
export const outboundListenerPort = 15_881
export const outboundListenerName = `breakwater_outbound_127.0.0.1_${outboundListenerPort}`

const connectionManagerName = 'envoy.filters.network.http_connection_manager'

/** What is read of a proxy's own configuration, in Envoy's field names. */
interface Listener {
  readonly name?: string
  readonly filter_chains?: readonly FilterChain[]
  readonly default_filter_chain?: FilterChain
}
interface FilterChain {
  readonly filters?: readonly { readonly name?: string; readonly typed_config?: ConnectionManager }[]
}
interface ConnectionManager {
  readonly rds?: { readonly route_config_name?: string }
  readonly [field: string]: unknown
}
interface RouteConfiguration {
  readonly name?: string
  readonly virtual_hosts?: readonly { readonly name?: string; readonly domains?: readonly string[] }[]
}

/**
 * The connection manager by which the proxy sends its app's requests to the destination: with its filters and its routes, so that retries and
 * time-outs of VirtualServices hold for whoever uses it as well. Undefined when the proxy has no HTTP route to the destination.
 */
export function outboundConnectionManager({ listeners, routes }: ProxyConfig, destination: Destination): ConnectionManager | undefined {
  const host = hostName(destination)
  const names = (routes as readonly RouteConfiguration[])
    .filter(({ virtual_hosts = [] }) => virtual_hosts.some(({ name }) => name === `${host}:${destination.port}`))
    .map(({ name }) => name)
  const chains = (listeners as readonly Listener[]).flatMap(({ filter_chains = [], default_filter_chain: last }) => [
    ...filter_chains,
    ...(last ? [last] : []),
  ])
  return chains
    .flatMap(({ filters = [] }) => filters)
    .find(({ name, typed_config: { rds } = {} }) => name === connectionManagerName && names.includes(rds?.route_config_name ?? ''))
    ?.typed_config
}

/** Spec of an EnvoyFilter that lets one enter the proxies of these pods at their loopback, as their app's own requests do. */
export const outboundListenerSpec = (labels: Readonly<Record<string, string>>, connectionManager: ConnectionManager) => ({
  workloadSelector: { labels },
  configPatches: [
    {
      applyTo: 'LISTENER',
      match: { context: 'SIDECAR_OUTBOUND' },
      patch: {
        operation: 'ADD',
        value: {
          name: outboundListenerName,
          traffic_direction: 'OUTBOUND',
          address: { socket_address: { address: '127.0.0.1', port_value: outboundListenerPort } },
          filter_chains: [
            { filters: [{ name: connectionManagerName, typed_config: { ...connectionManager, stat_prefix: outboundListenerName } }] },
          ],
        },
      },
    },
  ],
})
