import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shopMetrics } from '../../../../../scripts/telemetry/metrics/shop-metrics.ts'

const server = createServer((request, response) => {
  const [path] = request.url?.split('?') ?? []
  if (path === '/metrics') response.end('# TYPE orders_total counter\norders_total{service="orders",pod="orders-0"} 7\n')
  else if (path === '/stats/prometheus')
    response.end('# TYPE envoy_cluster_upstream_rq_total counter\nenvoy_cluster_upstream_rq_total{envoy_cluster_name="c"} 5\n')
  else response.writeHead(404).end()
})
let port = 0
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  port = typeof address === 'object' && address ? address.port : 0
})
afterAll(() => server.close())

test('services and their sidecars tell what a scrape in a cluster would label them with; who is down is told, too', async () => {
  const up = { namespace: 'shop', workload: 'orders', pod: 'orders-0', appPort: port, adminPort: port }
  const down = { namespace: 'shop', workload: 'catalog', pod: 'catalog-0', appPort: 1, adminPort: 1 }
  const text = await shopMetrics([up, down], [Promise.resolve('# TYPE other gauge\nother 1\n')])
  expect(text.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
    'breakwater_replica_answers{namespace="shop",workload="orders",pod="orders-0",part="app"} 1',
    'breakwater_replica_answers{namespace="shop",workload="orders",pod="orders-0",part="proxy"} 1',
    'breakwater_replica_answers{namespace="shop",workload="catalog",pod="catalog-0",part="app"} 0',
    'breakwater_replica_answers{namespace="shop",workload="catalog",pod="catalog-0",part="proxy"} 0',
    'orders_total{namespace="shop",workload="orders",service="orders",pod="orders-0"} 7',
    'envoy_cluster_upstream_rq_total{namespace="shop",workload="orders",pod="orders-0",envoy_cluster_name="c"} 5',
    'other 1',
    '',
  ])
})
