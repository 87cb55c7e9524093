import type { RuleGroup } from './rule.ts'

const route = 'service, method, route'
const answered = (matchers = '') => `sum by (${route}) (rate(http_server_request_duration_seconds_count${matchers}[1m]))`
/** `0` where there are requests and none of this kind: else the ratio would be missing when all is well. */
const orNone = (part: string, whole: string) => `(${part} or 0 * ${whole})`
const quantile = (share: number) =>
  `histogram_quantile(${share}, sum by (le, ${route}) (rate(http_server_request_duration_seconds_bucket[1m])))`

const outbound = 'cluster_name=~"outbound.*"'
const inbound = 'cluster_name=~"inbound.*"'
// Who reads on behalf of Prometheus may end the name of a counter with `_total`; Envoy's own metric of that name has no class.
const proxied = (by: string, matchers: string) => `sum by (${by}) (rate({__name__=~"envoy_cluster_upstream_rq(_total)?",${matchers}}[1m]))`

/** By route from the services, and from the sidecars: those need no code in the service. */
export const requestRecords: RuleGroup = {
  name: 'request-records',
  rules: [
    { record: 'service_route:http_requests:rate1m', expr: answered() },
    {
      record: 'service_route:http_errors:ratio1m',
      expr: `${orNone(answered('{status=~"5.."}'), answered())} / (${answered()} > 0)`,
    },
    { record: 'service_route:http_request_duration_seconds:p50_1m', expr: quantile(0.5) },
    { record: 'service_route:http_request_duration_seconds:p99_1m', expr: quantile(0.99) },
    {
      record: 'workload:proxy_inbound_requests:rate1m',
      expr: proxied('workload, response_code_class', `${inbound},response_code_class!=""`),
    },
    {
      record: 'workload_destination:proxy_requests:rate1m',
      expr: proxied('workload, cluster_name', `${outbound},response_code_class!=""`),
    },
    {
      record: 'workload_destination:proxy_errors:ratio1m',
      expr: `${orNone(proxied('workload, cluster_name', `${outbound},response_code_class="5xx"`), 'workload_destination:proxy_requests:rate1m')} / (workload_destination:proxy_requests:rate1m > 0)`,
    },
  ],
}

export const requestAlerts: RuleGroup = {
  name: 'request-alerts',
  rules: [
    {
      alert: 'RouteFails',
      expr: 'service_route:http_errors:ratio1m > 0.05 and service_route:http_requests:rate1m > 0.1',
      for: '2m',
      severity: 'critical',
      summary: '{{ $labels.service }} fails {{ $value | humanizePercentage }} of {{ $labels.method }} {{ $labels.route }}',
      description:
        'More than one answer in twenty is a 5xx. Read its logs: npx breakwater logs --service, or follow the trace of one that failed.',
    },
    {
      alert: 'RouteIsSlow',
      expr: 'service_route:http_request_duration_seconds:p99_1m{route!~".*/(stream|watch).*"} > 1 and service_route:http_requests:rate1m > 0.1',
      for: '5m',
      severity: 'warning',
      summary: '{{ $labels.service }} takes {{ $value | humanizeDuration }} for {{ $labels.method }} {{ $labels.route }} (p99)',
      description: 'One answer in a hundred takes longer than a second. A trace shows where the time goes.',
    },
    {
      alert: 'ServiceShedsLoad',
      expr: 'sum by (service) (rate(http_server_requests_shed_total[1m])) > 0',
      for: '1m',
      severity: 'warning',
      summary: '{{ $labels.service }} refuses {{ $value | humanize }} requests a second because too many are in flight',
      description: 'It is asked for more than it can do (503 OVERLOADED). Give it more replicas, or find out who asks.',
    },
  ],
}
