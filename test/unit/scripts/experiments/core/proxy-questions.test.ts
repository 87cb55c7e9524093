import { expect, test } from 'vitest'
import { firstReplica } from '../../../../../scripts/experiments/core/first-replica.ts'
import {
  clusterConfig,
  enforcedRule,
  hosts,
  inboundCluster,
  inboundRequests,
  outboundCluster,
  workers,
} from '../../../../../scripts/experiments/core/proxy.ts'
import { fakeTarget } from './fake-target.ts'

const gateway = { workload: 'gateway', name: 'gateway-0', address: '' } as const

/** A proxy that answers each question with the same, and what it was asked. */
function answering(answer: object) {
  const asked: string[] = []
  const target = fakeTarget({
    admin: async (replica, method, path) => {
      asked.push(`${replica.name} ${method} ${decodeURIComponent(path)}`)
      return JSON.stringify(answer)
    },
  })
  return { target, asked }
}

test("Istio's names of clusters", () => {
  expect([outboundCluster('catalog'), inboundCluster]).toEqual(['outbound|80||catalog.breakwater.svc.cluster.local', 'inbound|8080||'])
})

test('what reached a replica is summed up over the listeners of its inbound side', async () => {
  const { target, asked } = answering({
    stats: [
      { name: 'a', value: 3 },
      { name: 'b', value: 4 },
    ],
  })
  expect(await inboundRequests(target, gateway)).toBe(7)
  expect(asked).toEqual(['gateway-0 GET /stats?format=json&filter=^http\\.inbound.*\\.downstream_rq_total$'])
})

test('the rule that a proxy enforces is that of the cluster as it lives by it now', async () => {
  const thresholds = [{ max_connections: 1, max_pending_requests: 2 }, { max_connections: 9 }]
  const cluster = { name: 'c', circuit_breakers: { thresholds }, outlier_detection: { consecutive_5xx: 3 } }
  const { target, asked } = answering({ configs: [{}, { cluster: { name: 'b' } }, { cluster }] })
  expect(await clusterConfig(target, gateway, 'c')).toEqual(cluster)
  expect(await enforcedRule(target, gateway, 'c')).toEqual({ maxConnections: 1, maxPending: 2, consecutiveErrors: 3 })
  expect(asked[0]).toBe('gateway-0 GET /config_dump?resource=dynamic_active_clusters')
})

test('what a cluster does not limit, and a cluster that is not there, has no rule', async () => {
  for (const cluster of [
    { name: 'c' },
    { name: 'c', circuit_breakers: {} },
    { name: 'c', circuit_breakers: { thresholds: [{}] }, outlier_detection: {} },
  ])
    expect(await enforcedRule(answering({ configs: [{ cluster }] }).target, gateway, 'c')).toEqual({})
  expect(await enforcedRule(answering({}).target, gateway, 'c')).toEqual({})
})

test('hosts and workers are asked of the admin interface', async () => {
  const { target, asked } = answering({ command_line_options: { concurrency: 2 } })
  expect(await workers(target, gateway)).toBe(2)
  expect(await hosts(target, gateway, 'c')).toEqual([])
  expect(asked).toEqual(['gateway-0 GET /server_info', 'gateway-0 GET /clusters?format=json'])
})

test('of a workload with one replica that one is taken; none is an error that names it', async () => {
  expect(await firstReplica(fakeTarget({ replicas: async () => [gateway] }), 'gateway')).toBe(gateway)
  await expect(firstReplica(fakeTarget(), 'gateway')).rejects.toThrow('gateway does not run')
})
