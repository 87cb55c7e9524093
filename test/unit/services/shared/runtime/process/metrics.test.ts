import { Counter, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { eventSourcingMetrics } from '../../../../../../services/shared/runtime/event-sourcing/event-sourcing-metrics.ts'
import { clientDurations, metricsIn, serverDurations } from '../../../../../../services/shared/runtime/process/metrics.ts'
import { projectionMetrics } from '../../../../../../services/shared/runtime/projections/projection-metrics.ts'

test('two event-sourced services and projections in one process count into one registry, each under its name', async () => {
  const registry = new Registry()
  registry.setDefaultLabels({ service: 'process', pod: 'p' })
  const [orders, stock, views] = [
    eventSourcingMetrics('orders', registry),
    eventSourcingMetrics('stock', registry),
    projectionMetrics('views', registry),
  ]
  orders.decided.inc(3)
  stock.decided.inc(2)
  stock.parked.inc()
  views.parked.inc(4)
  views.applied.inc({ projection: 'a' }, 5)
  const lines = (await registry.metrics()).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      'commands_decided_total{service="orders",pod="p"} 3',
      'commands_decided_total{service="stock",pod="p"} 2',
      'records_parked_total{service="stock",pod="p"} 1',
      'records_parked_total{service="views",pod="p"} 4',
    ]),
  )
})

test('two servers and two clients in one process share their histograms', () => {
  const registry = new Registry()
  expect(serverDurations(registry)).toBe(serverDurations(registry))
  expect(clientDurations(registry)).toBe(clientDurations(registry))
})

test('metrics of one name and kind are one, whoever makes them; prom-client alone would refuse the second', () => {
  const registry = new Registry()
  const options = { name: 'things_total', help: 'Things' }
  const [once, again] = [metricsIn(registry), metricsIn(registry)]
  expect(again.counter(options)).toBe(once.counter(options))
  expect(() => new Counter({ ...options, registers: [registry] })).toThrow('already been registered')
})

test.each(['gauge', 'histogram'] as const)('a name that belongs to a counter cannot become a %s', (kind) => {
  const registry = new Registry()
  const { counter, [kind]: other } = metricsIn(registry, 'shop_')
  counter({ name: 'things', help: 'Things' })
  expect(() => other({ name: 'things', help: 'Things' })).toThrow(/^the metric shop_things is there already, and no (Gauge|Histogram)$/)
})
