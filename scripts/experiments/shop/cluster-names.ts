import { inboundCluster as inbound, outboundCluster as outbound } from '../../../mesh/envoy/clusters.ts'
import { namespace, ports, type WorkloadName } from '../../../services/shared/contracts/topology.ts'

/** Istio's name for a destination's cluster in a caller's proxy. */
export const outboundCluster = (destination: WorkloadName): string =>
  outbound(`${destination}.${namespace}.svc.cluster.local`, ports.service)

/** Istio's name for the cluster that leads from a proxy to its own app. */
export const inboundCluster = inbound(ports.app)
