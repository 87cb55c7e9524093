import { expect, test } from 'vitest'
import { hasInboundFault, inboundFaultSpec } from '../../../../../scripts/experiments/cluster/inbound-fault.ts'

const ours = { name: 'envoy.filters.http.fault', typed_config: { abort: {}, delay: {} } }
const istios = { name: 'envoy.filters.http.fault', typed_config: {} }
const router = { name: 'envoy.filters.http.router' }
const chain = (...http_filters: object[]) => ({ filters: [{ name: 'hcm', typed_config: { http_filters } }] })
const listener = (name: string, ...filter_chains: object[]) => ({ name, filter_chains })
const proxy = (...listeners: object[]) => ({ bootstrap: {}, clusters: [], endpoints: [], routes: [], listeners })

test('a fault filter counts in the inbound chain only, and when it can be switched on: Istio has one of its own in every chain', () => {
  expect(hasInboundFault(proxy(listener('0.0.0.0_80', chain(ours, router)), listener('virtualInbound', chain(istios, router))))).toBe(false)
  expect(hasInboundFault(proxy(listener('virtualInbound', chain(istios, ours, router))))).toBe(true)
  expect(hasInboundFault(proxy({ ...listener('inbound', chain(ours, router)), traffic_direction: 'INBOUND' }))).toBe(true)
})

test('one chain without it is enough to say no; bytes that are no HTTP have none', () => {
  const bytes = { filters: [{ name: 'envoy.filters.network.tcp_proxy' }] }
  expect(hasInboundFault(proxy(listener('virtualInbound', chain(ours, router), bytes)))).toBe(true)
  expect(hasInboundFault(proxy(listener('virtualInbound', chain(ours, router), chain(istios, router))))).toBe(false)
  expect(hasInboundFault(proxy(listener('virtualInbound', bytes)))).toBe(false)
})

test('it is put, at 0 %, before the router of the pods that are selected', () => {
  const { workloadSelector, configPatches } = inboundFaultSpec({ app: 'reviews' })
  expect(workloadSelector).toEqual({ labels: { app: 'reviews' } })
  expect(configPatches).toHaveLength(1)
  expect(configPatches[0]).toMatchObject({ match: { context: 'SIDECAR_INBOUND' }, patch: { operation: 'INSERT_BEFORE' } })
  expect(configPatches[0]?.patch.value.typed_config.abort.percentage.numerator).toBe(0)
})
