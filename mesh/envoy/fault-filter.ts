/**
 * Envoy's fault filter, switched off: each field is the default of a runtime key, `fault.http.abort.abort_percent`, `fault.http.abort.http_status`,
 * `fault.http.delay.fixed_delay_percent` and `fault.http.delay.fixed_duration_ms`, that the admin's `runtime_modify` overrides.
 * A delay or abort must be declared here to be switchable at all.
 */
export const faultFilter = {
  name: 'envoy.filters.http.fault',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
    abort: { http_status: 503, percentage: { numerator: 0, denominator: 'HUNDRED' } },
    delay: { fixed_delay: '1s', percentage: { numerator: 0, denominator: 'HUNDRED' } },
  },
}

/** Puts it before the router of a sidecar's inbound chain: a patch of an EnvoyFilter. */
export const inboundFaultPatch = {
  applyTo: 'HTTP_FILTER',
  match: {
    context: 'SIDECAR_INBOUND',
    listener: {
      filterChain: {
        filter: { name: 'envoy.filters.network.http_connection_manager', subFilter: { name: 'envoy.filters.http.router' } },
      },
    },
  },
  patch: { operation: 'INSERT_BEFORE', value: faultFilter },
} as const
