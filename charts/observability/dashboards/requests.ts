import type { Dashboard } from './dashboard.ts'

const route = '{{service}} {{method}} {{route}}'
const call = '{{workload}} → {{cluster_name}}'

export const requests: Dashboard = {
  uid: 'breakwater-requests',
  title: 'Breakwater: requests',
  panels: [
    { title: 'Requests, by route', unit: 'reqps', queries: [{ expr: 'service_route:http_requests:rate1m', legend: route }] },
    { title: 'Errors, by route', unit: 'percentunit', queries: [{ expr: 'service_route:http_errors:ratio1m', legend: route }] },
    {
      title: 'Time to answer, by route (p50)',
      unit: 's',
      queries: [{ expr: 'service_route:http_request_duration_seconds:p50_1m', legend: route }],
    },
    {
      title: 'Time to answer, by route (p99)',
      unit: 's',
      queries: [{ expr: 'service_route:http_request_duration_seconds:p99_1m', legend: route }],
    },
    {
      title: 'Calls, by the sidecars of callers',
      unit: 'reqps',
      queries: [{ expr: 'workload_destination:proxy_requests:rate1m', legend: call }],
    },
    {
      title: 'Calls that failed, by the sidecars of callers',
      unit: 'percentunit',
      queries: [{ expr: 'workload_destination:proxy_errors:ratio1m', legend: call }],
    },
    {
      title: 'Answers, by the sidecars of workloads (also of those without metrics)',
      unit: 'reqps',
      queries: [{ expr: 'workload:proxy_inbound_requests:rate1m', legend: '{{workload}} {{response_code_class}}' }],
    },
    {
      title: 'Requests in flight, and the limit',
      queries: [
        { expr: 'sum by (service) (http_server_requests_in_flight)', legend: '{{service}}' },
        { expr: 'max by (service) (http_server_in_flight_limit)', legend: '{{service}}: limit' },
      ],
    },
    {
      title: 'Requests refused because too many were in flight',
      unit: 'reqps',
      queries: [{ expr: 'sum by (service) (rate(http_server_requests_shed_total[1m]))', legend: '{{service}}' }],
    },
  ],
}
