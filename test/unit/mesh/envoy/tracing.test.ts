import { expect, test } from 'vitest'
import type { Json } from '../../../../mesh/envoy/input.ts'
import { renderEnvoy } from '../../../../mesh/envoy/render-envoy.ts'
import { input } from './destination.ts'

const tracing = { endpoint: 'http://127.0.0.1:4318/', samplingPercent: 25 }
const rendered = renderEnvoy({ ...input([]), tracing })

const connectionManager = (listener: Json): Json => {
  const [chain] = listener.filter_chains as [{ filters: [{ typed_config: Json }] }]
  return chain.filters[0].typed_config
}
const [outbound, inbound] = rendered.listeners.map(connectionManager)

test('both sides of a proxy send spans to the collector, under the name of their workload', () => {
  for (const [direction, manager] of [['outbound', outbound] as const, ['inbound', inbound] as const]) {
    expect(manager?.tracing).toMatchObject({
      provider: {
        typed_config: {
          '@type': 'type.googleapis.com/envoy.config.trace.v3.OpenTelemetryConfig',
          http_service: { http_uri: { uri: 'http://127.0.0.1:4318/v1/traces', cluster: 'opentelemetry_collector' } },
          service_name: 'callee',
          sampler: {
            name: 'envoy.tracers.opentelemetry.samplers.parent_based',
            typed_config: { wrapped_sampler: { typed_config: { sampling_percentage: { numerator: 250_000, denominator: 'MILLION' } } } },
          },
        },
      },
      custom_tags: [
        { tag: 'breakwater.proxy', literal: { value: direction } },
        { tag: 'service.instance.id', literal: { value: 'callee-0' } },
      ],
    })
  }
  expect(outbound?.tracing).toMatchObject({ spawn_upstream_span: true })
  expect(inbound?.tracing).toMatchObject({ spawn_upstream_span: false })
})

test.each([
  ['http://127.0.0.1:4318', '127.0.0.1', 4318],
  ['http://collector', 'collector', 80],
  ['https://collector', 'collector', 443],
])('%s is a cluster of its own', (endpoint, address, port_value) => {
  const { clusters } = renderEnvoy({ ...input([]), tracing: { endpoint, samplingPercent: 100 } })
  expect(clusters.at(-1)).toMatchObject({
    name: 'opentelemetry_collector',
    load_assignment: { endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address, port_value } } } }] }] },
  })
})

test('without a collector a proxy is what it was', () => {
  const plain = renderEnvoy(input([]))
  expect(JSON.stringify(plain)).not.toMatch(/tracing|opentelemetry|decorator|request_id_extension|spans/)
  expect(rendered.clusters.slice(0, -1)).toEqual(plain.clusters)
  expect(rendered.routes).toEqual(plain.routes)
  const { layered_runtime: withSpans, ...rest } = rendered.bootstrap
  const { layered_runtime: without, ...plainRest } = plain.bootstrap
  expect(rest).toEqual(plainRest)
  const layersOf = (runtime: unknown) => (runtime as { layers: Json[] }).layers
  expect(layersOf(withSpans).filter(({ name }) => name !== 'spans at once')).toEqual(layersOf(without))
})

test('what customers send to the edge may have a share of its own', () => {
  const { listeners } = renderEnvoy({ ...input([]), edge: true, tracing: { ...tracing, edgeSamplingPercent: 0 } })
  const shares = listeners.map(connectionManager).map((manager) => JSON.stringify(manager).match(/"numerator":(\d+)/)?.[1])
  expect(shares).toEqual(['250000', '0'])
})
