import { fileSource } from './config-source.ts'
import type { EnvoyInput, Json } from './input.ts'

/**
 * What Envoy is started with; all the rest it reads from the xDS folder. Start it with `--concurrency 1`:
 * each worker may hold one connection a host beyond the limit, so that small limits are exact with one worker only.
 */
export const bootstrap = ({ workload, nodeId, self, files }: EnvoyInput): Json => ({
  node: { id: nodeId, cluster: workload },
  admin: { address: { socket_address: { address: '127.0.0.1', port_value: self.adminPort } } },
  dynamic_resources: {
    lds_config: fileSource(`${files.xds}/lds.json`),
    cds_config: fileSource(`${files.xds}/cds.json`),
  },
  // Without an admin layer `runtime_modify` is refused, and no fault could be switched on.
  layered_runtime: { layers: [{ name: 'admin', admin_layer: {} }] },
  // Statistics are summed up when somebody asks: no timer wakes an idle proxy.
  stats_flush_on_admin: true,
})
