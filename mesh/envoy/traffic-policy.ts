import { protoDuration } from './duration.ts'
import type { Json } from './input.ts'
import { isWeighted } from './locality-endpoints.ts'
import type { MeshService } from './registry.ts'
import type { ConnectionPool, OutlierDetection, RetryBudget, TrafficPolicy } from './resources/destination-rule.ts'

/** Istio's "no limit". Envoy's own defaults (1024, and 3 retries) would bind unasked. */
const unlimited = 2 ** 32 - 1

/**
 * `trafficPolicy` → fields of an Envoy cluster, as istiod renders them
 * (istio/istio `pilot/pkg/networking/core/cluster_traffic_policy.go`, release 1.31).
 * @param port what it speaks: upstream of a sniffed one goes on what came from downstream, HTTP/1.1 or HTTP/2
 * @param direction of the traffic: on the destination's side only the pool applies, because there is one host and ejecting it helps nobody
 */
export function clusterPolicy(policy: TrafficPolicy, direction: 'inbound' | 'outbound', port: MeshService['protocol']): Json {
  const { connectionPool = {}, outlierDetection, loadBalancer, retryBudget } = policy
  const protocol = httpProtocolOptions(connectionPool, direction, port)
  const pool = {
    connect_timeout: protoDuration(connectionPool.tcp?.connectTimeout ?? '10s'),
    circuit_breakers: { thresholds: [thresholds(connectionPool, retryBudget)] },
    ...(protocol && { typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': protocol } }),
  }
  if (direction === 'inbound') return pool
  return {
    ...pool,
    lb_policy: lbPolicy(loadBalancer?.simple),
    // 0: never send to ejected hosts. Envoy's own 50 % would, once half of them are out.
    common_lb_config: {
      healthy_panic_threshold: { value: outlierDetection?.minHealthPercent ?? 0 },
      ...(isWeighted(loadBalancer?.localityLbSetting ?? {}, outlierDetection !== undefined) && { locality_weighted_lb_config: {} }),
    },
    ...(outlierDetection && { outlier_detection: outlierFields(outlierDetection) }),
  }
}

/** Subsets override by block, not by field. */
export const mergePolicy = (base: TrafficPolicy = {}, override: TrafficPolicy = {}): TrafficPolicy => ({ ...base, ...override })

function thresholds({ tcp = {}, http = {} }: ConnectionPool, budget?: RetryBudget): Json {
  // `||` and not `??`: Istio reads 0 as "unset".
  return {
    max_connections: tcp.maxConnections || unlimited,
    max_pending_requests: http.http1MaxPendingRequests || unlimited,
    max_requests: http.http2MaxRequests || unlimited,
    max_retries: http.maxRetries || unlimited,
    ...(budget && {
      retry_budget: { budget_percent: { value: budget.percent ?? 20 }, min_retry_concurrency: budget.minRetryConcurrency || 3 },
    }),
  }
}

function outlierFields(detection: OutlierDetection): Json {
  const { consecutive5xxErrors, consecutiveGatewayErrors, interval, baseEjectionTime, maxEjectionPercent } = detection
  const enforce = (count: number) => (count > 0 ? 100 : 0)
  return {
    enforcing_success_rate: 0,
    ...(consecutive5xxErrors !== undefined && {
      consecutive_5xx: consecutive5xxErrors,
      enforcing_consecutive_5xx: enforce(consecutive5xxErrors),
    }),
    ...(consecutiveGatewayErrors !== undefined && {
      consecutive_gateway_failure: consecutiveGatewayErrors,
      enforcing_consecutive_gateway_failure: enforce(consecutiveGatewayErrors),
    }),
    ...(interval && { interval: protoDuration(interval) }),
    ...(baseEjectionTime && { base_ejection_time: protoDuration(baseEjectionTime) }),
    ...(maxEjectionPercent && { max_ejection_percent: maxEjectionPercent }),
    ...(detection.splitExternalLocalOriginErrors && localOriginFields(detection)),
  }
}

const localOriginFields = ({ consecutiveLocalOriginFailures }: OutlierDetection): Json => ({
  split_external_local_origin_errors: true,
  enforcing_local_origin_success_rate: 0,
  ...(consecutiveLocalOriginFailures && {
    consecutive_local_origin_failure: consecutiveLocalOriginFailures,
    enforcing_consecutive_local_origin_failure: 100,
  }),
})

function lbPolicy(simple: string | undefined): string {
  return simple === 'RANDOM' || simple === 'ROUND_ROBIN' ? simple : 'LEAST_REQUEST'
}

/** Undefined when Envoy's defaults (HTTP/1.1, no bounds on a connection's life) are what is wanted. */
function httpProtocolOptions(
  { tcp = {}, http = {} }: ConnectionPool,
  direction: 'inbound' | 'outbound',
  port: MeshService['protocol'],
): Json | undefined {
  const idleTimeout = http.idleTimeout ?? tcp.idleTimeout
  const common = {
    ...(idleTimeout && { idle_timeout: protoDuration(idleTimeout) }),
    ...(http.maxRequestsPerConnection && { max_requests_per_connection: http.maxRequestsPerConnection }),
    ...(tcp.maxConnectionDuration && { max_connection_duration: protoDuration(tcp.maxConnectionDuration) }),
  }
  const http2 = direction === 'outbound' && http.h2UpgradePolicy === 'UPGRADE'
  if (port === 'http' && !http2 && Object.keys(common).length === 0) return undefined
  return {
    '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
    ...(Object.keys(common).length > 0 && { common_http_protocol_options: common }),
    ...(port === 'sniffed'
      ? { use_downstream_protocol_config: { http_protocol_options: {}, http2_protocol_options: {} } }
      : { explicit_http_config: http2 ? { http2_protocol_options: {} } : { http_protocol_options: {} } }),
  }
}
