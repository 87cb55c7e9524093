import { expect, test } from 'vitest'
import { toProxyConfig, wholeConfig } from '../../../../scripts/envoy-admin/config-dump.ts'

/** As Envoy 1.39 answers, shortened. */
const answer = {
  configs: [
    { '@type': 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump', bootstrap: { node: { id: 'sidecar~gateway' } } },
    {
      '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
      static_clusters: [{ cluster: { name: 'xds-grpc' }, last_updated: '2026-01-01T00:00:00Z' }],
      dynamic_active_clusters: [{ version_info: '1', cluster: { name: 'outbound|80||catalog' } }],
      dynamic_warming_clusters: [{ cluster: { name: 'not yet' } }],
    },
    {
      '@type': 'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
      static_listeners: [{ listener: { name: 'stats' } }],
      dynamic_listeners: [
        { name: 'virtualInbound', active_state: { listener: { name: 'virtualInbound' } } },
        { name: 'warm later', warming_state: { listener: { name: 'warm later' } } },
      ],
    },
    {
      '@type': 'type.googleapis.com/envoy.admin.v3.RoutesConfigDump',
      dynamic_route_configs: [{ route_config: { name: '80' } }],
    },
    { '@type': 'type.googleapis.com/envoy.admin.v3.SecretsConfigDump', dynamic_active_secrets: [{ secret: { name: 'default' } }] },
    {
      '@type': 'type.googleapis.com/envoy.admin.v3.EndpointsConfigDump',
      dynamic_endpoint_configs: [{ endpoint_config: { cluster_name: 'outbound|80||catalog' } }],
    },
  ],
}

test('what a proxy was told and what it began with, without what is not in force and without secrets', async () => {
  const asked: string[] = []
  const config = await wholeConfig(async (method, path) => {
    asked.push(`${method} ${path}`)
    return JSON.stringify(answer)
  })
  expect(asked).toEqual(['GET /config_dump?include_eds'])
  expect(config).toEqual({
    bootstrap: { node: { id: 'sidecar~gateway' } },
    listeners: [{ name: 'stats' }, { name: 'virtualInbound' }],
    clusters: [{ name: 'xds-grpc' }, { name: 'outbound|80||catalog' }],
    routes: [{ name: '80' }],
    endpoints: [{ cluster_name: 'outbound|80||catalog' }],
  })
})

test('a proxy that was told nothing yet', () => {
  expect(toProxyConfig({})).toEqual({ bootstrap: undefined, listeners: [], clusters: [], routes: [], endpoints: [] })
})
