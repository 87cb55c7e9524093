import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { labelAttributes, tracer } from '../../../../../../services/shared/runtime/process/spans.ts'
import type { TracingConfig } from '../../../../../../services/shared/runtime/process/tracing-config.ts'
import { recordSpans } from '../recorded-spans.ts'

const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true }
const started = { name: 'work', kind: 'internal', parent: undefined } as const

test('a span is measured in the trace of its parent, and linked to what it goes on from', () => {
  using spans = recordSpans()
  const link = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), sampled: true }
  const attributes = { 'http.request.method': 'GET', 'breakwater.events': ['a', 'b'], left: undefined }
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

const [keeping, dropping] = [parent, { ...parent, sampled: false }]
test.each([
  ['always_on', 0, [true, true, true]],
  ['always_off', 1, [false, false, false]],
  ['traceidratio', 0, [false, false, false]],
  ['traceidratio', 1, [true, true, true]],
  ['parentbased_always_on', 0, [true, true, false]],
  ['parentbased_always_off', 1, [false, true, false]],
  ['parentbased_traceidratio', 0, [false, true, false]],
  ['parentbased_traceidratio', 1, [true, true, false]],
] as const)('%s with %d keeps of a new trace, one that is kept and one that is not: %j', (sampler, ratio, kept) => {
  const config: TracingConfig = { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: ratio }
  using spans = recordSpans(config)
  const sampled = [undefined, keeping, dropping].map((from) => {
    const span = tracer()?.begin({ ...started, parent: from })
    span?.set({ x: 1 })
    span?.fail('x')
    span?.end()
    return span?.trace.sampled
  })
  expect(sampled).toEqual(kept)
  expect(spans.ended()).toHaveLength(kept.filter(Boolean).length)
})

test('labels of log lines become attributes', () => {
  expect(labelAttributes({ orderId: 'ord_1', sku: 'MUG' })).toEqual({ 'breakwater.order_id': 'ord_1', 'breakwater.sku': 'MUG' })
})

test('off, nothing is begun, nor even described', () => {
  expect(tracer()).toBeUndefined()
  const describe = () => expect.unreachable()
  expect(tracer()?.begin({ ...started, attributes: describe() })).toBeUndefined()
})
