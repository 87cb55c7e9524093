import { fileSource } from './config-source.ts'
import type { EnvoyInput, Json } from './input.ts'
import { spansAtOnce } from './tracing.ts'

/** No workload of ours gets near it; without any bound Envoy warns at each start. */
export const maxConnections = 10_000

/** The watchdog wakes every thread about twice in the shortest of these times; the default of 200 ms is most of an idle proxy's work. */
const watchdog = { miss_timeout: '10s', megamiss_timeout: '20s' }

/** What metrics are labelled with, as Istio does it: without these, a metric would have a part of the cluster's name in its own. */
const statsTags = [
  // Up to the `;` with which the names of clusters end in statistics.
  { tag_name: 'cluster_name', regex: '^cluster\\.((.+?);\\.)' },
  { tag_name: 'response_code', regex: '_rq(_(\\d{3}))$' },
  { tag_name: 'response_code_class', regex: '_rq(_(\\dxx))$' },
]

/**
 * What Envoy is started with; all the rest it reads from the xDS folder. Start it with `--concurrency 1`:
 * each worker may hold one connection a host beyond the limit, so that small limits are exact with one worker only.
 */
export const bootstrap = ({ workload, nodeId, self, files, tracing }: EnvoyInput): Json => ({
  node: { id: nodeId, cluster: workload },
  admin: { address: { socket_address: { address: '127.0.0.1', port_value: self.adminPort } } },
  dynamic_resources: {
    lds_config: fileSource(`${files.xds}/lds.json`),
    cds_config: fileSource(`${files.xds}/cds.json`),
  },
  layered_runtime: {
    layers: [
      // Istio's own: Envoy by itself refuses a regular expression of more than 100 instructions.
      { name: 'regular expressions', static_layer: { 're2.max_program_size.error_level': 32_768 } },
      ...(tracing ? [spansAtOnce] : []),
      // Without an admin layer `runtime_modify` is refused, and no fault could be switched on.
      { name: 'admin', admin_layer: {} },
    ],
  },
  overload_manager: {
    resource_monitors: [
      {
        name: 'envoy.resource_monitors.global_downstream_max_connections',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
          max_active_downstream_connections: maxConnections,
        },
      },
    ],
  },
  stats_config: { use_all_default_tags: false, stats_tags: statsTags },
  // Statistics are summed up when somebody asks: no timer wakes an idle proxy.
  stats_flush_on_admin: true,
  watchdogs: { main_thread_watchdog: watchdog, worker_watchdog: watchdog },
})
