import { expect, test } from 'vitest'
import { hasInboundFault, inboundFaultSpec } from '../../../../../scripts/experiments/cluster/inbound-fault.ts'

const listener = (name: string, ...filters: string[]) => ({
  name,
  filter_chains: [{ filters: filters.map((filter) => ({ name: filter })) }],
})
const proxy = (...listeners: object[]) => ({ bootstrap: {}, clusters: [], endpoints: [], routes: [], listeners })

test('a fault filter counts in the inbound chain only: outbound chains of Istio always have one', () => {
  expect(hasInboundFault(proxy(listener('0.0.0.0_80', 'envoy.filters.http.fault'), listener('virtualInbound', 'router')))).toBe(false)
  expect(hasInboundFault(proxy(listener('virtualInbound', 'envoy.filters.http.fault', 'router')))).toBe(true)
  expect(hasInboundFault(proxy({ ...listener('inbound', 'envoy.filters.http.fault'), traffic_direction: 'INBOUND' }))).toBe(true)
})

test('it is put, at 0 %, before the router of the pods that are selected', () => {
  const { workloadSelector, configPatches } = inboundFaultSpec({ app: 'reviews' })
  expect(workloadSelector).toEqual({ labels: { app: 'reviews' } })
  expect(configPatches).toHaveLength(1)
  expect(configPatches[0]).toMatchObject({ match: { context: 'SIDECAR_INBOUND' }, patch: { operation: 'INSERT_BEFORE' } })
  expect(configPatches[0]?.patch.value.typed_config.abort.percentage.numerator).toBe(0)
})
