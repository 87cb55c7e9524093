import { expect, test } from 'vitest'
import { clustersOf, hosts, parseClusters } from '../../../../scripts/envoy-admin/clusters.ts'
import { answering } from './answering.ts'

const host = (port: number, stats: object[], health: object) => ({
  address: { socket_address: { address: '127.0.0.1', port_value: port } },
  stats,
  health_status: health,
})

const answer = {
  cluster_statuses: [
    { name: 'other', host_statuses: [host(1, [], {})] },
    { name: 'empty' },
    { name: 'piped', host_statuses: [{ address: {} }] },
    {
      name: 'catalog',
      host_statuses: [
        host(
          2,
          [{ name: 'rq_total', value: '5' }, { name: 'rq_error', value: '3' }, { name: 'rq_success' }, { name: 'rq_active', value: '2' }],
          {
            failed_outlier_check: true,
          },
        ),
        host(3, [], { eds_health_status: 'HEALTHY' }),
      ],
    },
  ],
}
const idle = { ejected: false, requests: 0, active: 0, succeeded: 0, failed: 0 }
const ofCatalog = [
  { address: '127.0.0.1:2', ejected: true, requests: 5, active: 2, succeeded: 0, failed: 3 },
  { address: '127.0.0.1:3', ...idle },
]

test('the hosts of every cluster with their counts; a zero counter has no value', () => {
  expect([...parseClusters(JSON.stringify(answer))]).toEqual([
    ['other', [{ address: '127.0.0.1:1', ...idle }]],
    ['empty', []],
    ['piped', [{ address: '', ...idle }]],
    ['catalog', ofCatalog],
  ])
  expect(parseClusters('{}').size).toBe(0)
})

test('the hosts of one cluster; none when the proxy does not know it', async () => {
  const { admin } = answering(answer)
  expect(await hosts(admin, 'catalog')).toEqual(ofCatalog)
  expect(await hosts(admin, 'nobody')).toEqual([])
})

test('a proxy is asked for that cluster alone, whatever stands in its name', async () => {
  const { admin, asked } = answering(answer)
  await hosts(admin, 'outbound|80|v1|catalog.shop.svc')
  expect(asked[0]).toBe('GET /clusters?format=json&filter=^(outbound\\|80\\|v1\\|catalog\\.shop\\.svc)$')
})

test('the hosts of the clusters whose whole name matches, also from an Envoy that answers all', async () => {
  const { admin, asked } = answering(answer)
  expect([...(await clustersOf(admin, 'cat.+?|empty'))]).toEqual([
    ['empty', []],
    ['catalog', ofCatalog],
  ])
  expect(asked).toEqual(['GET /clusters?format=json&filter=^(cat.+?|empty)$'])
})
