import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import type { LogRecord } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import { endingSpans, traceRecords } from '../../../../../../services/shared/runtime/messaging/trace-records.ts'
import { recordSpans } from '../recorded-spans.ts'

const [traceId, spanId] = ['a'.repeat(32), 'b'.repeat(16)]
const record = (offset: number, headers: Record<string, string>): LogRecord => ({
  topic: 'orders.events',
  partition: 3,
  offset,
  key: Buffer.from('ord_1'),
  value: Buffer.from('{}'),
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)])),
})
const placed = record(7, { id: 'e1', type: 'orders.OrderPlaced', correlationId: 'ord_1', traceparent: `00-${traceId}-${spanId}-01` })
const other = record(8, { id: 'e2', type: 'orders.OrderPaid', correlationId: 'c-1' })

test('off, records are what they were', () => {
  const { records, spans } = traceRecords('event', [placed])
  expect(records[0]).toBe(placed)
  expect(spans.size).toBe(0)
})

test('a record is handled in its own trace, linked to who produced it, and what comes of it goes on from there', async () => {
  using traced = recordSpans()
  const { records, spans } = traceRecords('event', [placed, other], (type) => type === 'orders.OrderPlaced')
  expect(records[1]).toBe(other)
  expect([...spans.keys()]).toEqual([7])
  await endingSpans(spans, async () => undefined)
  const span = traced.named('event orders.OrderPlaced')
  expect(span).toMatchObject({
    kind: SpanKind.CONSUMER,
    parentSpanContext: { traceId, spanId },
    links: [{ context: { traceId, spanId } }],
    status: { code: SpanStatusCode.UNSET },
  })
  expect(span.attributes).toEqual({
    'messaging.system': 'kafka',
    'messaging.operation.type': 'process',
    'messaging.destination.name': 'orders.events',
    'messaging.destination.partition.id': '3',
    'messaging.kafka.offset': 7,
    'messaging.message.id': 'e1',
    'breakwater.order_id': 'ord_1',
  })
  expect({ ...records[0], headers: undefined }).toEqual({ ...placed, headers: undefined })
  expect(String(records[0]?.headers.traceparent)).toBe(`00-${traceId}-${span.spanContext().spanId}-01`)
})

test('a record of a trace that is not kept stays what it is; when its work fails so many a second, that is sent', async () => {
  using traced = recordSpans({ OTEL_TRACES_SAMPLER: 'parentbased_ratelimited' })
  const dropped = record(7, { id: 'e1', type: 'orders.OrderPlaced', traceparent: `00-${traceId}-${spanId}-00` })
  const handled = traceRecords('event', [dropped])
  expect(handled.records[0]).toBe(dropped)
  await endingSpans(handled.spans, async () => undefined)
  expect(traced.ended()).toEqual([])
  const { spans } = traceRecords('event', [dropped])
  await expect(endingSpans(spans, () => Promise.reject(new TypeError('no')))).rejects.toThrow('no')
  expect(traced.named('event orders.OrderPlaced')).toMatchObject({
    status: { message: 'TypeError' },
    attributes: { 'messaging.message.id': 'e1' },
  })
})

test('a record without a trace begins one, and needs neither type nor saga', async () => {
  using traced = recordSpans()
  const { spans } = traceRecords('decide', [other, record(9, {})])
  await endingSpans(spans, async () => undefined)
  const begun = traced.named('decide orders.OrderPaid')
  expect(begun).toMatchObject({ links: [], attributes: { 'breakwater.correlation_id': 'c-1' } })
  expect(begun.parentSpanContext).toBeUndefined()
  expect(traced.named('decide Unreadable').attributes).not.toHaveProperty('breakwater.correlation_id')
})

test('work that fails fails all its spans, and is not hidden', async () => {
  using traced = recordSpans()
  const { spans } = traceRecords('event', [placed, other])
  await expect(endingSpans(spans, () => Promise.reject(new TypeError('no')))).rejects.toThrow('no')
  expect(traced.ended().map(({ status }) => status)).toEqual(Array(2).fill({ code: SpanStatusCode.ERROR, message: 'TypeError' }))
})
