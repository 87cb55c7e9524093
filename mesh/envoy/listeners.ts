import { accessLog } from './access-log.ts'
import { inboundCluster } from './clusters.ts'
import { fileSource } from './config-source.ts'
import { bodyLimitFilter, edgeConnectionManager } from './edge.ts'
import { faultFilter, routesFaultFilter } from './fault-filter.ts'
import type { EnvoyInput, Json } from './input.ts'
import type { MeshService } from './registry.ts'
import { outboundRoutes } from './routes.ts'
import { tracing } from './tracing.ts'

const routerFilter = {
  name: 'envoy.filters.http.router',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' },
}

/** Where the app's own calls enter. One port for all destinations stands in for the pod's redirected traffic; Host tells them apart. */
export function outboundListener(input: EnvoyInput): Json {
  const { self, files } = input
  const rds = { config_source: fileSource(`${files.xds}/rds.json`), route_config_name: outboundRoutes }
  return listener(
    'outbound',
    self.outboundPort,
    { stat_prefix: 'outbound', rds, http_filters: [routesFaultFilter, routerFilter], ...tracing('outbound', input) },
    files.accessLog,
  )
}

/** Where others' calls enter, on their way to the app. Experiments inject faults here, because only then a caller's proxy sees a failing host. */
export function inboundListener(input: EnvoyInput, { host, port, targetPort }: MeshService): Json {
  const { self, files, edge = false } = input
  const cluster = inboundCluster(targetPort)
  const route = { cluster, timeout: '0s', retry_policy: { retry_on: 'reset-before-request', num_retries: 2 } }
  // Not propagated: the name would be told in a header of the answer, up to the customer.
  const spanName = input.tracing && { decorator: { operation: `${host}:${port}/*`, propagate: false } }
  const route_config = {
    name: cluster,
    virtual_hosts: [
      { name: `inbound|http|${port}`, domains: ['*'], routes: [{ name: 'default', match: { prefix: '/' }, ...spanName, route }] },
    ],
    validate_clusters: false,
  }
  const connectionManager = {
    stat_prefix: cluster,
    route_config,
    http_filters: [faultFilter, ...(edge ? [bodyLimitFilter] : []), routerFilter],
    ...(edge && edgeConnectionManager),
    ...tracing('inbound', input),
  }
  return listener('inbound', self.inboundPort, connectionManager, files.accessLog)
}

/** What both have in common, as istiod sets it. */
function listener(name: 'inbound' | 'outbound', port: number, connectionManager: Json, logFile: string): Json {
  return {
    '@type': 'type.googleapis.com/envoy.config.listener.v3.Listener',
    name,
    traffic_direction: name.toUpperCase(),
    address: { socket_address: { address: '127.0.0.1', port_value: port } },
    filter_chains: [
      {
        filters: [
          {
            name: 'envoy.filters.network.http_connection_manager',
            typed_config: {
              '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
              ...connectionManager,
              use_remote_address: false,
              normalize_path: true,
              path_with_escaped_slashes_action: 'KEEP_UNCHANGED',
              stream_idle_timeout: '0s',
              access_log: [accessLog(name, logFile)],
            },
          },
        ],
      },
    ],
  }
}
