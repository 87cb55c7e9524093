import { expect, test } from 'vitest'
import { traceView } from '../../../../../scripts/console/search/trace-view.ts'
import type { Span } from '../../../../../scripts/telemetry/store/records.ts'

const span = (spanId: string, fields: Partial<Span> = {}): Span => ({
  traceId: 't',
  spanId,
  name: `step ${spanId}`,
  kind: 'server',
  service: 'orders',
  instance: 'orders-0',
  startUs: 1_000_000,
  durationUs: 500,
  status: 'unset',
  attributes: {},
  events: [],
  links: [],
  ...fields,
})

test('spans stand in the order of their tree, with times since the trace began', () => {
  const view = traceView('t', [
    span('c', { startUs: 1_000_300, links: [{ traceId: 't', spanId: 'b' }], status: 'error', statusMessage: 'refused' }),
    span('a', { durationUs: 2_000, attributes: { 'breakwater.order_id': 'ord_1', code: 7 } }),
    span('b', { parentSpanId: 'a', startUs: 1_000_100, service: 'gateway', attributes: { 'breakwater.proxy': 'inbound' } }),
  ])
  expect(view).toMatchObject({ beginMs: 1_000, durationUs: 2_000, services: 2, orderId: 'ord_1', leftOut: 0 })
  expect(view?.rows.map(({ spanId, depth, startUs }) => [spanId, depth, startUs])).toEqual([
    ['a', 0, 0],
    ['b', 1, 100],
    ['c', 2, 300],
  ])
  expect(view?.rows[1]).toMatchObject({ isProxy: true, source: 'orders-0/sidecar' })
  expect(view?.rows[2]).toMatchObject({ isLinked: true, failed: true, name: 'step c refused' })
})

test('a trace that is deep and long is cut, and says so', () => {
  const spans = Array.from({ length: 1_500 }, (_, n) =>
    span(String(n), { ...(n > 0 && { parentSpanId: String(n - 1) }), startUs: 1_000_000 + n }),
  )
  expect(traceView('t', spans)).toMatchObject({ leftOut: 500, rows: { length: 1_000 } })
  expect(traceView('t', [])).toBeUndefined()
})
