import { fileSource } from './config-source.ts'
import type { Json } from './input.ts'
import { lbEndpoint, localityEndpoints } from './locality-endpoints.ts'
import { type LabelledInstance, type MeshService, selects } from './registry.ts'
import type { TrafficPolicy } from './resources/destination-rule.ts'
import { clusterPolicy, mergePolicy } from './traffic-policy.ts'

/** `outbound|80|v2|catalog.breakwater.svc.cluster.local`, Istio's name; without subset the part is empty. */
export const outboundCluster = (host: string, port: number, subset = ''): string => `outbound|${port}|${subset}|${host}`

export const inboundCluster = (targetPort: number): string => `inbound|${targetPort}||`

/** Name of a cluster's EDS file below the xDS folder: a cluster's subscription takes a file with its own assignment only. */
export const endpointsFile = (cluster: string): string => `eds/${cluster.replaceAll('|', '_')}.json`

/** A cluster that callers send to, with the endpoints it balances over. */
export interface Upstream {
  readonly cluster: Json
  readonly endpoints: Json
}

/** The pod whose proxy sends. */
export interface Caller {
  readonly labels: Readonly<Record<string, string>>
  readonly xdsFolder: string
}

/** A Service and each subset of it → clusters with their endpoints. */
export function upstreams({ host, port, protocol, rule, endpoints }: MeshService, caller: Caller): Upstream[] {
  const { trafficPolicy, subsets = [] } = rule?.spec ?? {}
  const upstream = (name: string, policy: TrafficPolicy, instances: readonly LabelledInstance[]): Upstream => ({
    cluster: {
      '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
      name,
      // Istio's delimiter: it ends the name in statistics, because hosts have dots too.
      alt_stat_name: `${name};`,
      type: 'EDS',
      eds_cluster_config: { eds_config: fileSource(`${caller.xdsFolder}/${endpointsFile(name)}`) },
      ...clusterPolicy(policy, 'outbound', protocol),
    },
    endpoints: {
      '@type': 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
      cluster_name: name,
      endpoints: localityEndpoints(instances, policy, caller.labels),
    },
  })
  return [
    upstream(outboundCluster(host, port), trafficPolicy ?? {}, endpoints),
    ...subsets.map(({ name, labels = {}, trafficPolicy: override }) =>
      upstream(
        outboundCluster(host, port, name),
        mergePolicy(trafficPolicy, override),
        endpoints.filter((endpoint) => selects(labels, endpoint.labels)),
      ),
    ),
  ]
}

/** The app beside this proxy. The destination's own pool limits apply here once more: https://github.com/istio/istio/issues/37009 */
export function localApp({ targetPort, protocol, rule }: MeshService, appPort: number): Json {
  const name = inboundCluster(targetPort)
  return {
    '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
    name,
    alt_stat_name: `${name};`,
    type: 'STATIC',
    ...clusterPolicy(rule?.spec.trafficPolicy ?? {}, 'inbound', protocol),
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: [lbEndpoint({ host: '127.0.0.1', inboundPort: appPort })] }] },
  }
}
