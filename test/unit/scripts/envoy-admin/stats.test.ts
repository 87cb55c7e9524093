import { expect, test } from 'vitest'
import {
  clusterStats,
  inboundRequests,
  parseStats,
  parseTextReadouts,
  usedClusterStats,
  usedStatsByCluster,
} from '../../../../scripts/envoy-admin/stats.ts'
import { answering } from './answering.ts'

const cluster = 'outbound|80||catalog.breakwater.svc.cluster.local'

test('statistics are numbers or texts by name, without histograms', () => {
  const answer = JSON.stringify({ stats: [{ name: 'a', value: 1 }, { histograms: {} }, { name: 'b', value: 'v1' }] })
  expect([...parseStats(answer)]).toEqual([['a', 1]])
  expect([...parseTextReadouts(answer)]).toEqual([['b', 'v1']])
})

test("a cluster's statistics are asked for by its literal name and named without it, with Istio's ; or not", async () => {
  const names = [`cluster.${cluster};.upstream_rq_total`, `cluster.${cluster}.circuit_breakers.default.rq_pending_open`]
  const { admin, asked } = answering({ stats: names.map((name) => ({ name, value: 7 })) })
  const stats = await clusterStats(admin, cluster)
  expect([...stats.keys()]).toEqual(['upstream_rq_total', 'circuit_breakers.default.rq_pending_open'])
  const filter = new RegExp(asked[0]?.split('filter=')[1] ?? '')
  expect(names.every((name) => filter.test(name))).toBe(true)
  expect(filter.test(`cluster.${cluster.replaceAll('.', 'x')}.upstream_rq_total`)).toBe(false)
})

test('of a cluster, only the statistics that are asked for', async () => {
  const { admin, asked } = answering({ stats: [{ name: `cluster.${cluster};.upstream_rq_pending_overflow`, value: 3 }] })
  const stats = await usedClusterStats(admin, cluster, 'upstream_rq_(pending|active)_overflow')
  expect([...stats]).toEqual([['upstream_rq_pending_overflow', 3]])
  expect(asked[0]).toContain('&usedonly')
  const filter = new RegExp(asked[0]?.split('filter=')[1]?.replace('&usedonly', '') ?? '')
  expect(filter.test(`cluster.${cluster}.upstream_rq_active_overflow`)).toBe(true)
  expect(filter.test(`cluster.${cluster}.upstream_rq_total`)).toBe(false)
})

test('what reached a replica is summed up over the listeners of its inbound side', async () => {
  const { admin, asked } = answering({
    stats: [
      { name: 'a', value: 3 },
      { name: 'b', value: 4 },
    ],
  })
  expect(await inboundRequests(admin)).toBe(7)
  expect(asked).toEqual(['GET /stats?format=json&filter=^http\\.inbound.*\\.downstream_rq_total$'])
})

test('the statistics of all matching clusters by their names, and how long answers took lately', async () => {
  const [catalog, split] = [cluster, 'outbound|80|v2|catalog.breakwater.svc.cluster.local']
  const values = (interval: number | null) => [0, 25, 50, 75, 90, 95, 99].map((quantile) => ({ interval: interval && interval + quantile }))
  const { admin, asked } = answering({
    stats: [
      { name: `cluster.${catalog};.upstream_rq_pending_overflow`, value: 3 },
      { name: `cluster.${split}.outlier_detection.ejections_enforced_total`, value: 1 },
      { name: 'cluster.xds-grpc.upstream_rq_pending_overflow', value: 9 },
      {
        histograms: {
          supported_quantiles: [0, 25, 50, 75, 90, 95, 99],
          computed_quantiles: [
            { name: `cluster.${catalog};.upstream_rq_time`, values: values(100) },
            { name: `cluster.${split}.upstream_rq_time`, values: values(null) },
          ],
        },
      },
    ],
  })
  const found = await usedStatsByCluster(admin, 'outbound\\|.+?', 'upstream_rq_(?:pending_overflow|time)|outlier_detection\\..+')
  expect([...found]).toEqual([
    [catalog, { counts: new Map([['upstream_rq_pending_overflow', 3]]), latencyMs: { p50: 150, p99: 199 } }],
    [split, { counts: new Map([['outlier_detection.ejections_enforced_total', 1]]) }],
  ])
  expect(asked[0]).toContain('&usedonly')
})
