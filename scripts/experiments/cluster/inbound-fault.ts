import { inboundFaultPatch } from '../../../mesh/envoy/fault-filter.ts'
import type { ProxyConfig } from '../../envoy-admin/config-dump.ts'

/** Whether faults can be switched on in the proxy: its inbound chain has the fault filter. (Istio's outbound chains always have one.) */
export const hasInboundFault = ({ listeners }: ProxyConfig): boolean =>
  (listeners as readonly { traffic_direction?: string; name?: string }[])
    .filter(({ traffic_direction, name }) => traffic_direction === 'INBOUND' || name === 'virtualInbound')
    .some((listener) => JSON.stringify(listener).includes('"envoy.filters.http.fault"'))

/** Spec of an EnvoyFilter that puts the fault filter, at 0 %, into the inbound chain of these pods' proxies. */
export const inboundFaultSpec = (labels: Readonly<Record<string, string>>) => ({
  workloadSelector: { labels },
  // Stated, because a place relative to another filter depends on the order in which EnvoyFilters apply.
  priority: 10,
  configPatches: [inboundFaultPatch],
})
