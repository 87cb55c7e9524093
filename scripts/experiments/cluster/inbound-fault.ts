import { inboundFaultPatch } from '../../../mesh/envoy/fault-filter.ts'
import type { ProxyConfig } from '../../envoy-admin/config-dump.ts'

interface Filter {
  readonly name: string
  readonly typed_config?: { readonly http_filters?: readonly Filter[]; readonly abort?: object; readonly delay?: object }
}

interface Listener {
  readonly name?: string
  readonly traffic_direction?: string
  readonly filter_chains?: readonly { readonly filters?: readonly Filter[] }[]
}

/**
 * Whether faults can be switched on in the proxy: every HTTP chain that leads to its app has a fault filter that declares an abort and a delay.
 * (Istio's own fault filters in there declare neither, and cannot be switched on.)
 */
export function hasInboundFault({ listeners }: ProxyConfig): boolean {
  const chains = (listeners as readonly Listener[])
    .filter(({ traffic_direction, name }) => traffic_direction === 'INBOUND' || name === 'virtualInbound')
    .flatMap(({ filter_chains = [] }) => filter_chains.flatMap(({ filters = [] }) => filters))
    .flatMap(({ typed_config }) => (typed_config?.http_filters === undefined ? [] : [typed_config.http_filters]))
  return chains.length > 0 && chains.every((filters) => filters.some(isSwitchable))
}

const isSwitchable = ({ name, typed_config }: Filter): boolean =>
  name === 'envoy.filters.http.fault' && typed_config?.abort !== undefined && typed_config.delay !== undefined

/** Spec of an EnvoyFilter that puts the fault filter, at 0 %, into the inbound chain of these pods' proxies. */
export const inboundFaultSpec = (labels: Readonly<Record<string, string>>) => ({
  workloadSelector: { labels },
  // Stated, because a place relative to another filter depends on the order in which EnvoyFilters apply.
  priority: 10,
  configPatches: [inboundFaultPatch],
})
