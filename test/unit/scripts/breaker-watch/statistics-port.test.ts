import { expect, test } from 'vitest'
import { parseStatistics, statisticsPath } from '../../../../scripts/breaker-watch/statistics-port.ts'

const catalog = 'outbound|80||catalog.shop.svc.cluster.local'
const endpoint = (address: string) => `envoy_cluster_name="${catalog};",envoy_endpoint_address="${address}"`

// As Envoy 1.39 and a proxy of Istio 1.31 answer.
const text = `# TYPE envoy_cluster_endpoint_rq_error counter
envoy_cluster_endpoint_rq_error{${endpoint('10.0.0.1:3000')}} 2
envoy_cluster_endpoint_rq_error{${endpoint('10.0.0.2:3000')}} 0
envoy_cluster_endpoint_rq_success{${endpoint('10.0.0.1:3000')}} 0
envoy_cluster_endpoint_rq_success{${endpoint('10.0.0.2:3000')}} 6
envoy_cluster_endpoint_rq_total{${endpoint('10.0.0.1:3000')}} 3
envoy_cluster_endpoint_rq_total{${endpoint('10.0.0.2:3000')}} 6
# TYPE envoy_cluster_endpoint_healthy gauge
envoy_cluster_endpoint_healthy{${endpoint('10.0.0.1:3000')}} 0
envoy_cluster_endpoint_healthy{${endpoint('10.0.0.2:3000')}} 1
envoy_cluster_endpoint_rq_active{${endpoint('10.0.0.1:3000')}} 1
# TYPE envoy_cluster_outlier_detection_ejections_active gauge
envoy_cluster_outlier_detection_ejections_active{cluster_name="${catalog}"} 1
envoy_cluster_outlier_detection_ejections_enforced_consecutive_5xx{cluster_name="${catalog}"} 4
envoy_cluster_circuit_breakers_default_rq_pending_open{cluster_name="${catalog}"} 1
envoy_cluster_upstream_rq_pending_overflow{cluster_name="${catalog}"} 7
envoy_cluster_upstream_rq_pending_overflow{cluster_name="xds-grpc"} 9
`

test('the statistics of a proxy say of every outbound cluster what its admin interface says', () => {
  const found = parseStatistics(text, 5)
  expect([...found.keys()]).toEqual([catalog])
  expect(found.get(catalog)).toEqual({
    atMs: 5,
    pool: new Map([
      ['outlier_detection.ejections_active', 1],
      ['outlier_detection.ejections_enforced_consecutive_5xx', 4],
      ['circuit_breakers.default.rq_pending_open', 1],
      ['upstream_rq_pending_overflow', 7],
    ]),
    hosts: [
      { address: '10.0.0.1:3000', ejected: true, requests: 3, active: 1, succeeded: 0, failed: 2 },
      { address: '10.0.0.2:3000', ejected: false, requests: 6, active: 0, succeeded: 6, failed: 0 },
    ],
  })
})

test('who is unhealthy while the proxy has ejected nobody is so for another reason', () => {
  const [only] = [...parseStatistics(text.replace('_active{cluster_name', '_overflow{cluster_name'), 0).values()]
  expect(only?.hosts.map(({ ejected }) => ejected)).toEqual([false, false])
})

test('no more is asked for than what is read', () => {
  const filter = new RegExp(decodeURIComponent(statisticsPath.split('filter=')[1] ?? ''))
  const of = (name: string) => filter.test(`cluster.${catalog};.${name}`)
  expect(['circuit_breakers.default.rq_open', 'outlier_detection.ejections_enforced_total', 'upstream_rq_active_overflow'].every(of)).toBe(
    true,
  )
  expect(['endpoint.10.0.0.1_3000.healthy', 'endpoint.10.0.0.1_3000.rq_error'].every(of)).toBe(true)
  expect(['upstream_rq_total', 'endpoint.10.0.0.1_3000.cx_total', 'circuit_breakers.high.rq_open', 'upstream_cx_active'].some(of)).toBe(
    false,
  )
})
