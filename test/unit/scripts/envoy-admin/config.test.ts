import { expect, test } from 'vitest'
import { clusterConfig, enforcedRule, listenerNames, routesConfig, workers } from '../../../../scripts/envoy-admin/config.ts'
import { answering } from './answering.ts'

test('the rule that a proxy enforces is that of the cluster as it lives by it now', async () => {
  const thresholds = [{ max_connections: 1, max_pending_requests: 2 }, { max_connections: 9 }]
  const cluster = { name: 'c', circuit_breakers: { thresholds }, outlier_detection: { consecutive_5xx: 3, consecutive_gateway_failure: 4 } }
  const { admin, asked } = answering({ configs: [{}, { cluster: { name: 'b' } }, { cluster }] })
  expect(await clusterConfig(admin, 'c')).toEqual(cluster)
  expect(await enforcedRule(admin, 'c')).toEqual({ maxConnections: 1, maxPending: 2, consecutiveErrors: 3, consecutiveGatewayErrors: 4 })
  expect(asked[0]).toBe('GET /config_dump?resource=dynamic_active_clusters')
})

test('what a cluster does not limit, and a cluster that is not there, has no rule', async () => {
  for (const cluster of [
    { name: 'c' },
    { name: 'c', circuit_breakers: {} },
    { name: 'c', circuit_breakers: { thresholds: [{}] }, outlier_detection: {} },
  ])
    expect(await enforcedRule(answering({ configs: [{ cluster }] }).admin, 'c')).toEqual({})
  expect(await enforcedRule(answering({}).admin, 'c')).toEqual({})
})

test('routes, listeners and workers are asked of the admin interface', async () => {
  const { admin, asked } = answering({ command_line_options: { concurrency: 2 }, listener_statuses: [{ name: 'inbound' }] })
  expect(await workers(admin)).toBe(2)
  expect(await listenerNames(admin)).toEqual(['inbound'])
  expect(JSON.parse(await routesConfig(admin))).toHaveProperty('listener_statuses')
  expect(asked).toEqual(['GET /server_info', 'GET /listeners?format=json', 'GET /config_dump?resource=dynamic_route_configs'])
  expect(await listenerNames(answering({}).admin)).toEqual([])
})
