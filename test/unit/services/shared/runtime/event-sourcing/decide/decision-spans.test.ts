import { SpanStatusCode } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { type RecordedSpans, recordSpans } from '../../recorded-spans.ts'
import { processedLog } from '../processed-log.ts'

const poison = 666
const told = (spans: RecordedSpans) =>
  spans
    .ended()
    .map(({ name, status, attributes }) => [name, attributes['messaging.message.id'], status.message, attributes['breakwater.events']])

test('a decision says what it led to, above the transaction that it shares with others; a parked command has failed', async () => {
  using spans = recordSpans()
  await processedLog().give(['c1', 'alice', 'r1', 1], ['c2', 'alice', 'r2', poison], ['c3', 'bob', 'r3', -1])
  const transaction = ['transaction toy.events', undefined, undefined, undefined]
  expect(told(spans)).toEqual([
    transaction,
    transaction,
    transaction,
    ['decide Deposit', 'c1', undefined, ['toy.Deposited']],
    ['decide Deposit', 'c2', 'DECIDER_FAILED', ['toy.CommandAnswered']],
    ['decide Deposit', 'c3', undefined, ['toy.CommandAnswered']],
  ])
  const [first] = spans.ended()
  // Two events and answers, and a dead letter.
  expect(first?.attributes).toMatchObject({ 'messaging.batch.message_count': 4, 'breakwater.commands': 3 })
  const decided = spans.ended().slice(3)
  expect(
    spans
      .ended()
      .slice(0, 3)
      .map(({ parentSpanContext }) => parentSpanContext?.spanId),
  ).toEqual(decided.map((span) => span.spanContext().spanId))
})

test('events go on from the decision', async () => {
  using spans = recordSpans()
  const log = processedLog()
  await log.give(['c1', 'alice', 'r1', 1])
  const { traceId, spanId } = spans.named('decide Deposit').spanContext()
  expect(log.events().map(({ envelope }) => envelope.traceparent)).toEqual([`00-${traceId}-${spanId}-01`])
})

test('a transaction that fails fails its decisions; they are made, and traced, again', async () => {
  using spans = recordSpans()
  await processedLog({}, (['failed', 'ok'] as const).values()).give(['c1', 'alice', 'r1', 1])
  expect(told(spans).map(([name, , failure]) => [name, failure])).toEqual([
    ['transaction toy.events', 'TransactionFailed'],
    ['decide Deposit', 'TransactionFailed'],
    ['transaction toy.events', undefined],
    ['decide Deposit', undefined],
  ])
  expect(spans.ended()[0]?.status.code).toBe(SpanStatusCode.ERROR)
})

test('a command that is left for the next transaction is traced there', async () => {
  using spans = recordSpans()
  const idempotencyWindow = { offsets: 100, ms: 60_000 }
  await processedLog({ idempotencyWindow }).give(['c1', 'alice', 'r1', 1], ['c1', 'alice', 'r1', 1])
  expect(told(spans).map(([name, id]) => [name, id])).toEqual([
    ['transaction toy.events', undefined],
    ['decide Deposit', 'c1'],
    ['transaction toy.events', undefined],
    ['decide Deposit', 'c1'],
  ])
})

test('of traces that are not kept no transaction is told, and a decision only when it failed', async () => {
  using spans = recordSpans({ OTEL_TRACES_SAMPLER: 'parentbased_ratelimited', OTEL_TRACES_SAMPLER_ARG: 0 })
  await processedLog().give(['c1', 'alice', 'r1', 1])
  expect(spans.ended()).toEqual([])
  using few = recordSpans({ OTEL_TRACES_SAMPLER: 'parentbased_ratelimited', OTEL_TRACES_SAMPLER_ARG: 1 })
  await processedLog().give(['c1', 'alice', 'r1', 1], ['c2', 'alice', 'r2', poison])
  expect(told(few).map(([name, id, failure]) => [name, id, failure])).toEqual([
    ['transaction toy.events', undefined, undefined],
    ['decide Deposit', 'c1', undefined],
    ['decide Deposit', 'c2', 'DECIDER_FAILED'],
  ])
})
