import type { Json } from './input.ts'

/** One JSON line a request, with the names of Istio's own JSON access log and two of ours: `direction`, `traceparent`. */
export const accessLog = (direction: 'inbound' | 'outbound', path: string): Json => ({
  name: 'envoy.access_loggers.file',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
    path,
    log_format: {
      json_format: {
        start_time: '%START_TIME%',
        direction,
        method: '%REQ(:METHOD)%',
        path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
        authority: '%REQ(:AUTHORITY)%',
        response_code: '%RESPONSE_CODE%',
        response_flags: '%RESPONSE_FLAGS%',
        response_code_details: '%RESPONSE_CODE_DETAILS%',
        route_name: '%ROUTE_NAME%',
        upstream_host: '%UPSTREAM_HOST%',
        upstream_cluster: '%UPSTREAM_CLUSTER_RAW%',
        upstream_request_attempt_count: '%UPSTREAM_REQUEST_ATTEMPT_COUNT%',
        duration: '%DURATION%',
        request_id: '%REQ(X-REQUEST-ID)%',
        traceparent: '%REQ(TRACEPARENT)%',
      },
    },
  },
})
