import { expect, test } from 'vitest'
import { parseFaults } from '../../../../../scripts/experiments/core/abort.ts'
import { clusterStats, outboundCluster, parseHosts, parseStats } from '../../../../../scripts/experiments/core/proxy.ts'
import type { Replica, Target } from '../../../../../scripts/experiments/core/target.ts'

const cluster = outboundCluster('catalog')
const host = (port: number, stats: object[], health: object) => ({
  address: { socket_address: { address: '127.0.0.1', port_value: port } },
  stats,
  health_status: health,
})

test("a cluster's hosts with their counts; a zero counter has no value", () => {
  const answer = JSON.stringify({
    cluster_statuses: [
      { name: 'other', host_statuses: [host(1, [], {})] },
      {
        name: cluster,
        host_statuses: [
          host(2, [{ name: 'rq_total', value: '5' }, { name: 'rq_error', value: '3' }, { name: 'rq_success' }], {
            failed_outlier_check: true,
          }),
          host(3, [], { eds_health_status: 'HEALTHY' }),
        ],
      },
    ],
  })
  expect(parseHosts(answer, cluster)).toEqual([
    { address: '127.0.0.1:2', ejected: true, requests: 5, succeeded: 0, failed: 3 },
    { address: '127.0.0.1:3', ejected: false, requests: 0, succeeded: 0, failed: 0 },
  ])
  expect(parseHosts('{}', cluster)).toEqual([])
})

test('statistics are values by name, without histograms', () => {
  const stats = parseStats(JSON.stringify({ stats: [{ name: 'a', value: 1 }, { histograms: {} }] }))
  expect([...stats]).toEqual([['a', 1]])
})

test("a cluster's statistics are asked for by its literal name and named without it, with Istio's ; or not", async () => {
  const asked: string[] = []
  const names = [`cluster.${cluster};.upstream_rq_total`, `cluster.${cluster}.circuit_breakers.default.rq_pending_open`]
  const target = {
    admin: async (_replica: Replica, _method: string, path: string) => {
      asked.push(decodeURIComponent(path))
      return JSON.stringify({ stats: names.map((name) => ({ name, value: 7 })) })
    },
  } as unknown as Target
  const stats = await clusterStats(target, { workload: 'gateway', name: 'gateway-0', address: '' }, cluster)
  expect([...stats.keys()]).toEqual(['upstream_rq_total', 'circuit_breakers.default.rq_pending_open'])
  const filter = new RegExp(asked[0]?.split('filter=')[1] ?? '')
  expect(names.every((name) => filter.test(name))).toBe(true)
  expect(filter.test(`cluster.${cluster.replaceAll('.', 'x')}.upstream_rq_total`)).toBe(false)
})

test('only values of the admin layer are faults somebody left', () => {
  const answer = (value: string) =>
    JSON.stringify({
      layers: ['static', 'admin'],
      entries: {
        'fault.http.abort.abort_percent': { final_value: value || '0', layer_values: ['0', value] },
        'upstream.healthy_panic_threshold': { final_value: '0', layer_values: ['', '0'] },
      },
    })
  expect(parseFaults(answer('100'))).toEqual(['fault.http.abort.abort_percent'])
  expect(parseFaults(answer(''))).toEqual([])
})
