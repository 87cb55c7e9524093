import { expect, test } from 'vitest'
import { shortTime, waterfall } from '../../../../../scripts/telemetry/show/waterfall.ts'
import type { Span } from '../../../../../scripts/telemetry/store/records.ts'

const traceId = 'a'.repeat(32)
const begin = Date.parse('2026-01-02T03:04:05Z') * 1000
const span = (spanId: string, startMs: number, durationMs: number, fields: Partial<Span> = {}): Span => ({
  traceId,
  spanId,
  name: spanId,
  kind: 'internal',
  service: 'orders',
  startUs: begin + startMs * 1000,
  durationUs: durationMs * 1000,
  status: 'unset',
  attributes: {},
  events: [],
  links: [],
  ...fields,
})
const below = (parentSpanId: string) => ({ parentSpanId })
const link = (spanId: string) => ({ links: [{ traceId, spanId }] })
const print = (spans: readonly Span[], width = 80): readonly string[] => waterfall(spans, { width, color: (_, text) => text })

const order = [
  span('POST /v1/orders', 0, 100, { service: 'gateway', instance: 'gateway-0', kind: 'server' }),
  span('orders', 10, 80, {
    ...below('POST /v1/orders'),
    service: 'gateway',
    instance: 'gateway-0',
    attributes: { 'breakwater.proxy': 'outbound' },
  }),
  span('POST /orders', 20, 60, { ...below('orders'), instance: 'orders-0', attributes: { 'http.response.status_code': 202 } }),
  span('event OrderPlaced', 150, 50, { ...link('POST /orders'), service: 'payments', instance: 'payments-0' }),
  span('decide', 160, 0.02, { ...below('event OrderPlaced'), service: 'payments', status: 'error', statusMessage: 'no\ncredit' }),
]

test('one order, through proxies and Kafka', () => {
  expect(print(order, 100)).toEqual([
    '   0 µs  POST /v1/orders            gateway-0          █████████████████                    100 ms',
    '10.0 ms  └ orders                   gateway-0/sidecar   ██████████████                     80.0 ms',
    '20.0 ms    └ POST /orders 202       orders-0              ██████████                       60.0 ms',
    ' 150 ms      └ ⇠ event OrderPlaced  payments-0                                  █████████  50.0 ms',
    ' 160 ms        └ decide no␊credit   payments                                      ▏          20 µs ✗',
  ])
})

test('branches lead from a span to those below it', () => {
  const parallel = [
    span('a', 0, 9),
    span('b', 1, 1, below('a')),
    span('b1', 2, 1, below('b')),
    span('c', 3, 1, below('a')),
    span('d', 4, 1),
  ]
  expect(print(parallel).map((line) => line.slice(9, 14).trimEnd())).toEqual(['a', '├ b', '│ └ b', '└ c', 'd'])
})

test('a span whose parent is not there stands by itself, in its time', () => {
  const lost = [span('late', 5, 1, below('gone')), span('early', 1, 1, link('elsewhere'))]
  expect(print(lost).map((line) => line.trim().split('  ')[1])).toEqual(['⇠ early', 'late'])
})

test('spans in a circle are shown once each', () => {
  const circle = [span('a', 0, 1, below('b')), span('b', 1, 1, below('a')), span('c', 2, 1, below('c'))]
  expect(print(circle)).toHaveLength(3)
})

test('a chain of ten thousand spans', () => {
  const chain = Array.from({ length: 10_000 }, (_, number) => span(`s${number}`, number, 1, number > 0 ? below(`s${number - 1}`) : {}))
  expect(print(chain)).toHaveLength(10_000)
})

test('names from outside do not steer the terminal', () => {
  expect(print([span('a', 0, 1, { name: '\u001b[2Jevil\nname' })]).join('')).toContain('␛[2Jevil␊name')
})

test('times have three digits that matter', () => {
  expect([0, 7, 1000, 12_345, 99_960, 123_456, 1_500_000, 75_000_000].map(shortTime)).toEqual([
    '0 µs',
    '7 µs',
    '1.00 ms',
    '12.3 ms',
    '100.0 ms',
    '123 ms',
    '1.50 s',
    '75.0 s',
  ])
})
