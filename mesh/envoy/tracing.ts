import type { EnvoyInput, Json, Tracing } from './input.ts'

/** By itself Envoy sends five at once: taking the requests would be most of a collector's work. A lone span waits two seconds, not five. */
export const spansAtOnce: Json = {
  name: 'spans at once',
  static_layer: { 'tracing.opentelemetry.min_flush_spans': 100, 'tracing.opentelemetry.flush_interval_ms': 2_000 },
}

/** Where spans are sent, as a cluster. */
const collectorName = 'opentelemetry_collector'

/**
 * Spans of all requests of a connection manager, as Istio's `opentelemetry` extension provider has them. A proxy goes on in the trace of the
 * request (`traceparent`), or begins one, so that a workload shows in traces without any code of its own.
 */
export function tracing(direction: 'inbound' | 'outbound', { workload, nodeId, edge, tracing: settings }: EnvoyInput): Json {
  if (!settings) return {}
  const { endpoint, samplingPercent, edgeSamplingPercent = samplingPercent } = settings
  return {
    tracing: {
      provider: {
        name: 'envoy.tracers.opentelemetry',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig',
          http_service: { http_uri: { uri: `${endpoint.replace(/\/$/, '')}/v1/traces`, cluster: collectorName, timeout: '1s' } },
          service_name: workload,
          ...sampler(edge && direction === 'inbound' ? edgeSamplingPercent : samplingPercent),
        },
      },
      // Each attempt of a retried request, and the host that it went to.
      spawn_upstream_span: direction === 'outbound',
      // Its own `node_id` is in the first span of a request only.
      custom_tags: [tag('breakwater.proxy', direction), tag('service.instance.id', nodeId)],
    },
    // Without this Envoy draws from the request's id instead: it traces none whose id is not a UUID, and writes its reason into the others.
    request_id_extension: {
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig',
        pack_trace_reason: false,
        use_request_id_for_trace_sampling: false,
      },
    },
  }
}

const tag = (name: string, value: string): Json => ({ tag: name, literal: { value } })

/** Requests that bring a trace are kept when their caller keeps them; of the others, so many. Without a sampler all are. */
function sampler(percent: number): Json {
  if (percent >= 100) return {}
  const samplerOf = (name: string, type: string, config: Json): Json => ({
    name: `envoy.tracers.opentelemetry.samplers.${name}`,
    typed_config: { '@type': `type.googleapis.com/envoy.extensions.tracers.opentelemetry.samplers.v3.${type}`, ...config },
  })
  const share = { numerator: Math.round(percent * 10_000), denominator: 'MILLION' }
  const ratio = samplerOf('trace_id_ratio_based', 'TraceIdRatioBasedSamplerConfig', { sampling_percentage: share })
  return { sampler: samplerOf('parent_based', 'ParentBasedSamplerConfig', { wrapped_sampler: ratio }) }
}

/** The collector that the proxy sends its spans to. */
export function collector({ endpoint }: Tracing): Json {
  const { hostname, port, protocol } = new URL(endpoint)
  const address = { socket_address: { address: hostname, port_value: Number(port) || (protocol === 'https:' ? 443 : 80) } }
  return {
    '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
    name: collectorName,
    type: 'STRICT_DNS',
    connect_timeout: '1s',
    load_assignment: { cluster_name: collectorName, endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
  }
}
