import { expect, test } from 'vitest'
import { versionOf } from '../../../../../scripts/experiments/cluster/istio-kinds.ts'
import {
  outboundConnectionManager,
  outboundListenerPort,
  outboundListenerSpec,
} from '../../../../../scripts/experiments/cluster/outbound-listener.ts'

const reviews = { namespace: 'books', service: 'reviews', port: 9080 }
const manager = (routes: string) => ({
  '@type': 'HttpConnectionManager',
  stat_prefix: `outbound_${routes}`,
  rds: { route_config_name: routes },
})
const chain = (routes: string) => ({ filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager(routes) }] })
const routes = (name: string, ...hosts: string[]) => ({ name, virtual_hosts: hosts.map((host) => ({ name: host })) })
const config = {
  bootstrap: {},
  clusters: [],
  endpoints: [],
  listeners: [
    { name: '0.0.0.0_80', filter_chains: [chain('80')] },
    { name: 'tcp', filter_chains: [{ filters: [{ name: 'envoy.filters.network.tcp_proxy' }] }] },
    { name: '0.0.0.0_9080', filter_chains: [], default_filter_chain: chain('9080') },
  ],
  routes: [routes('80', 'reviews.other.svc.cluster.local:80'), routes('9080', 'reviews.books.svc.cluster.local:9080')],
}

test("the caller's own connection manager is taken, the one whose routes know the destination", () => {
  expect(outboundConnectionManager(config, reviews)).toEqual(manager('9080'))
  expect(outboundConnectionManager(config, { ...reviews, port: 80 })).toBeUndefined()
  expect(outboundConnectionManager({ ...config, listeners: [] }, reviews)).toBeUndefined()
})

test('the listener is bound to the loopback of the pods that are selected, and keeps statistics of its own', () => {
  const spec = outboundListenerSpec({ app: 'productpage' }, manager('9080'))
  expect(spec.workloadSelector).toEqual({ labels: { app: 'productpage' } })
  const [{ applyTo, match, patch }] = spec.configPatches as [(typeof spec.configPatches)[number]]
  expect([applyTo, match.context, patch.operation]).toEqual(['LISTENER', 'SIDECAR_OUTBOUND', 'ADD'])
  expect(patch.value.address).toEqual({ socket_address: { address: '127.0.0.1', port_value: outboundListenerPort } })
  expect(patch.value.filter_chains[0]?.filters[0]?.typed_config).toEqual({ ...manager('9080'), stat_prefix: patch.value.name })
})

test('each of Istio’s kinds has its version; another is refused by name', () => {
  expect(versionOf('EnvoyFilter')).toBe('networking.istio.io/v1alpha3')
  expect(() => versionOf('Deployment')).toThrow(/Deployment is no kind of Istio's policy; there are: DestinationRule, /)
})
