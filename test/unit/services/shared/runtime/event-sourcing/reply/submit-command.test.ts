import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  EventLogUnavailable,
  type SubmittedCommand,
} from '../../../../../../../services/shared/runtime/event-sourcing/reply/command-outcome.ts'
import { type SubmitOptions, submitCommand } from '../../../../../../../services/shared/runtime/event-sourcing/reply/submit-command.ts'
import { inMemoryEventLog } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { recordSpans } from '../../recorded-spans.ts'
import type { Deposit, Deposited } from '../toy-account.ts'

vi.mock('node:timers/promises', () => import('../../../../../timer-promises.ts'))
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const never = new Promise<never>(() => undefined)
const command = { id: 'c1', correlationId: 'c1', aggregateId: 'a', command: { type: 'Deposit', data: { ref: 'r', cents: 1 } } } as const
const changed = { status: 'changed', events: [], version: 1 } as const

/** One command given to a log where some things never happen; waits 100 ms. */
function submitting(options: Partial<SubmitOptions<Deposited, string>> & { answer?: Promise<typeof changed> }) {
  const eventLog = inMemoryEventLog()
  const waiting = new Set<string>()
  const { answer = never, ...others } = options
  const expectAnswer = (id: string) => {
    waiting.add(id)
    return { answer, forget: () => void waiting.delete(id) }
  }
  const replies = { expect: expectAnswer, see: () => undefined }
  const given = { service: 'toy', eventLog, replies, listening: Promise.resolve(), clock: () => new Date(), ...others }
  return { outcome: submitCommand(given, command, 100), written: () => eventLog.read('toy.commands').length, waiting }
}

/** The outcome, or the error, and after how many milliseconds of the test's own clock. */
async function timed<Value>(outcome: Promise<Value>): Promise<[Value | unknown, number]> {
  const start = performance.now()
  const settled = outcome.catch((error: unknown) => error).then((result): [unknown, number] => [result, performance.now() - start])
  await vi.advanceTimersByTimeAsync(1_000)
  return settled
}

test('the answer is the outcome; without one in time the command is pending, because it is in the log', async () => {
  expect(await submitting({ answer: Promise.resolve(changed) }).outcome).toBe(changed)
  const { outcome, written, waiting } = submitting({})
  const [result, ms] = await timed(outcome)
  expect(result).toEqual({ status: 'pending' })
  expect(ms).toBe(100)
  expect([written(), waiting.size]).toEqual([1, 0])
})

test('a log that does not take the command in time is unavailable: one wait for everything', async () => {
  const slow = { ...inMemoryEventLog(), produce: () => never }
  const [error, ms] = await timed(submitting({ eventLog: slow, listening: setTimeout(70) }).outcome)
  expect(error).toBeInstanceOf(EventLogUnavailable)
  expect(error).toMatchObject({ code: 'EVENT_LOG_UNAVAILABLE', message: 'toy could not write Deposit within 100 ms' })
  expect(ms).toBe(100)
})

test('a log that refuses the command is unavailable at once, and says why', async () => {
  const cause = new Error('64 MiB wait to be written')
  const [error, ms] = await timed(submitting({ eventLog: { ...inMemoryEventLog(), produce: () => Promise.reject(cause) } }).outcome)
  expect(error).toMatchObject({ name: 'EventLogUnavailable', cause })
  expect(ms).toBe(0)
})

test('a command that was given up before anybody could hear its answer is never written', async () => {
  const { outcome, written } = submitting({ listening: setTimeout(150) })
  expect(await timed(outcome)).toEqual([expect.any(EventLogUnavailable), 100])
  expect(written()).toBe(0)
})

test.each<[string, Partial<SubmittedCommand<Deposit>>, Record<string, string>]>([
  ['nothing more: it is its own cause', {}, { causationId: 'c1' }],
  ['a cause', { causationId: 'click' }, { causationId: 'click' }],
  ['the version it is for, also the first', { expectedVersion: 0 }, { causationId: 'c1', expectedVersion: '0' }],
  ['a trace', { traceparent: 'tp' }, { causationId: 'c1', traceparent: 'tp' }],
])('a command is written as it was given; it says %s', async (_, given, headers) => {
  const eventLog = inMemoryEventLog()
  const replies = { expect: () => ({ answer: Promise.resolve(changed), forget: () => undefined }), see: () => undefined }
  const clock = () => new Date('2026-01-01T00:00:00.000Z')
  await submitCommand({ service: 'toy', eventLog, replies, listening: Promise.resolve(), clock }, { ...command, ...given }, 100)
  const [record, ...others] = eventLog.read('toy.commands')
  expect(others).toEqual([])
  expect([String(record?.key), String(record?.value)]).toEqual(['a', '{"ref":"r","cents":1}'])
  expect(Object.fromEntries(Object.entries(record?.headers ?? {}).map(([name, text]) => [name, String(text)]))).toEqual({
    id: 'c1',
    type: 'Deposit',
    schemaVersion: '1',
    version: '0',
    correlationId: 'c1',
    time: '2026-01-01T00:00:00.000Z',
    ...headers,
  })
})

test('its span lasts until the answer; who decides the command goes on from there', async () => {
  using spans = recordSpans()
  const eventLog = inMemoryEventLog()
  await submitting({ eventLog, answer: Promise.resolve(changed) }).outcome
  const command = spans.named('command Deposit')
  expect(command.attributes).toEqual({
    'messaging.system': 'kafka',
    'messaging.operation.type': 'send',
    'messaging.destination.name': 'toy.commands',
    'messaging.message.id': 'c1',
    'breakwater.correlation_id': 'c1',
    'breakwater.outcome': 'changed',
  })
  const { traceId, spanId } = command.spanContext()
  expect(String(eventLog.read('toy.commands')[0]?.headers.traceparent)).toBe(`00-${traceId}-${spanId}-01`)
})

test('a refusal is named in its span and is no failure; a log that is away is one', async () => {
  using spans = recordSpans()
  const refused = { status: 'refused', code: 'NEGATIVE', detail: '' } as const
  await submitting({ answer: Promise.resolve(refused as never) }).outcome
  const away = { ...inMemoryEventLog(), produce: () => Promise.reject(new Error('away')) }
  await submitting({ eventLog: away }).outcome.catch(() => undefined)
  expect(
    spans.ended().map(({ attributes, status }) => [attributes['breakwater.outcome'], attributes['breakwater.refusal'], status.message]),
  ).toEqual([
    ['refused', 'NEGATIVE', undefined],
    [undefined, undefined, 'EVENT_LOG_UNAVAILABLE'],
  ])
})
