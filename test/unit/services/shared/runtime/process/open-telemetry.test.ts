import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { hrTimeToMilliseconds } from '@opentelemetry/core'
import { expect, test, vi } from 'vitest'
import { labelAttributes, type SpanStart, tracer } from '../../../../../../services/shared/runtime/process/spans.ts'
import { recordSpans } from '../recorded-spans.ts'

const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true }
const started = { name: 'work', kind: 'internal', parent: undefined } as const

test('a span is measured in the trace of its parent, and linked to what it goes on from', () => {
  using spans = recordSpans()
  const link = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), sampled: true }
  const attributes = () => ({ 'http.request.method': 'GET', 'breakwater.events': ['a', 'b'], left: undefined })
  const span = tracer()?.begin({ name: 'GET /', kind: 'server', parent, link, attributes })
  expect(span?.trace).toMatchObject({ traceId: parent.traceId, sampled: true })
  expect(span?.trace.spanId).not.toBe(parent.spanId)
  span?.set({ 'http.response.status_code': 503 })
  span?.fail('503')
  expect(spans.ended()).toEqual([])
  span?.end()
  const [ended] = spans.ended()
  expect(ended).toMatchObject({
    name: 'GET /',
    kind: SpanKind.SERVER,
    parentSpanContext: { traceId: parent.traceId, spanId: parent.spanId },
    links: [{ context: { traceId: link.traceId, spanId: link.spanId } }],
    status: { code: SpanStatusCode.ERROR, message: '503' },
  })
  expect(ended?.attributes).toEqual({
    'http.request.method': 'GET',
    'breakwater.events': ['a', 'b'],
    'http.response.status_code': 503,
    'error.type': '503',
  })
})

test('without a parent a trace begins; what went well has no status', () => {
  using spans = recordSpans()
  for (const kind of ['server', 'client', 'producer', 'consumer', 'internal'] as const)
    tracer()
      ?.begin({ ...started, kind })
      .end()
  const ended = spans.ended()
  expect(ended.map(({ kind }) => SpanKind[kind])).toEqual(['SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER', 'INTERNAL'])
  expect(new Set(ended.map((span) => span.spanContext().traceId)).size).toBe(5)
  expect(ended.map(({ status }) => status.code)).toEqual(Array(5).fill(SpanStatusCode.UNSET))
  expect(ended[0]?.parentSpanContext).toBeUndefined()
})

test('of a trace that is not kept nothing is sent, and nobody asks what its spans are about', () => {
  using spans = recordSpans()
  const attributes = () => expect.unreachable()
  const span = tracer()?.begin({ ...started, parent: { ...parent, sampled: false }, attributes })
  expect(span?.trace).toMatchObject({ traceId: parent.traceId, sampled: false })
  span?.set({ x: 1 })
  span?.fail('x')
  span?.end()
  expect(spans.ended()).toEqual([])
})

test('where so many a second are kept, a span that fails is sent without its trace', () => {
  using spans = recordSpans({ OTEL_TRACES_SAMPLER: 'parentbased_ratelimited', OTEL_TRACES_SAMPLER_ARG: 3 })
  const dropped = { ...started, parent: { ...parent, sampled: false }, attributes: () => ({ 'url.path': '/' }) }
  tracer()?.begin(dropped).end()
  expect(spans.ended()).toEqual([])
  for (let n = 0; n < 5; n += 1) {
    const span = tracer()?.begin(dropped)
    span?.fail('503')
    span?.end()
  }
  // Another second may have begun meanwhile.
  expect(spans.ended().length === 3 || spans.ended().length === 5).toBe(true)
  const [failed] = spans.ended()
  expect(failed?.spanContext()).toMatchObject({ traceId: parent.traceId, traceFlags: TraceFlags.SAMPLED })
  expect(failed?.attributes).toEqual({ 'url.path': '/', 'error.type': '503' })
})

test('a clock that is set back while a span lasts changes its times, not how long it took', async () => {
  using spans = recordSpans()
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-31T12:00:00Z') })
  using _ = { [Symbol.dispose]: () => void vi.useRealTimers() }
  const span = tracer()?.begin(started)
  vi.setSystemTime(new Date('2026-01-31T11:00:00Z'))
  span?.end()
  tracer()?.begin(started).end()
  const [before, after] = spans.ended()
  expect(hrTimeToMilliseconds(before?.startTime ?? [0, 0])).toBeCloseTo(Date.parse('2026-01-31T12:00:00Z'), -1)
  expect(hrTimeToMilliseconds(before?.duration ?? [-1, 0])).toBeGreaterThanOrEqual(0)
  expect(hrTimeToMilliseconds(before?.duration ?? [-1, 0])).toBeLessThan(1000)
  expect(hrTimeToMilliseconds(after?.startTime ?? [0, 0])).toBeCloseTo(Date.parse('2026-01-31T11:00:00Z'), -1)
})

test('labels of log lines become attributes', () => {
  expect(labelAttributes({ orderId: 'ord_1', sku: 'MUG' })).toEqual({ 'breakwater.order_id': 'ord_1', 'breakwater.sku': 'MUG' })
})

test('off, nothing is begun, nor even described', () => {
  expect(tracer()).toBeUndefined()
  const describe = (): Partial<SpanStart> => expect.unreachable()
  expect(tracer()?.begin({ ...started, ...describe() })).toBeUndefined()
})
