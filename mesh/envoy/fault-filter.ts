import { protoDuration } from './duration.ts'
import type { Json } from './input.ts'
import type { HttpFault } from './resources/virtual-service.ts'

const name = 'envoy.filters.http.fault'
const type = 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault'

/**
 * Envoy's fault filter, switched off: each field is the default of a runtime key, `fault.http.abort.abort_percent`, `fault.http.abort.http_status`,
 * `fault.http.delay.fixed_delay_percent` and `fault.http.delay.fixed_duration_ms`, that the admin's `runtime_modify` overrides.
 * A delay or abort must be declared here to be switchable at all.
 */
export const faultFilter = {
  name,
  typed_config: {
    '@type': type,
    abort: { http_status: 503, percentage: { numerator: 0, denominator: 'HUNDRED' } },
    delay: { fixed_delay: '1s', percentage: { numerator: 0, denominator: 'HUNDRED' } },
  },
}

/** Of a sidecar's outbound chain: does nothing until a route says what (`routeFault`). */
export const routesFaultFilter = { name, typed_config: { '@type': type } }

/** The `fault` of a VirtualService as its route has it, in the caller's proxy: whom it hits is answered or kept before a host is chosen. */
export function routeFault({ abort, delay }: HttpFault): Json {
  const percentage = ({ value } = { value: 0 }) => ({ numerator: Math.trunc(value * 10_000), denominator: 'MILLION' })
  return {
    [name]: {
      '@type': type,
      ...(abort && { abort: { http_status: abort.httpStatus, percentage: percentage(abort.percentage) } }),
      ...(delay && { delay: { fixed_delay: protoDuration(delay.fixedDelay), percentage: percentage(delay.percentage) } }),
    },
  }
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
