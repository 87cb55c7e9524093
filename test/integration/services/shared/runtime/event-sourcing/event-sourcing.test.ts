import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import type { EventLog } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import { encodeRecord } from '../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { connect, eventually, expectExactlyOnce, type RunningToy, readAll, readEvents, runToy } from './running-toy.ts'
import { createToyTopics, freshName } from './toy-topics.ts'

const brokers = inject('brokers')
let service: string
let eventLog: EventLog
let toy: RunningToy

beforeEach(async () => {
  service = freshName()
  await createToyTopics(brokers, service)
  eventLog = connect(brokers)
  toy = await runToy(eventLog, service)
})
afterEach(async () => {
  await toy.stop()
  await eventLog.close()
})

test('a caller learns what became of its command', async () => {
  const deposited = { type: `${service}.Deposited`, data: { ref: 'r1', cents: 5 } }
  expect(await toy.deposit('alice', 'r1', 5)).toEqual({ status: 'changed', events: [deposited], version: 1 })
  expect(await toy.deposit('alice', 'r1', 5)).toEqual({ status: 'unchanged', version: 1 })
  expect(await toy.deposit('alice', 'r2', -5)).toEqual({ status: 'refused', code: 'NEGATIVE', detail: '-5 is negative' })
  const stale = {
    id: 'c4',
    correlationId: 'c4',
    aggregateId: 'alice',
    command: { type: 'Deposit', data: { ref: 'r3', cents: 1 } },
  } as const
  expect(await toy.submit({ ...stale, expectedVersion: 7 }, 15_000)).toMatchObject({ status: 'refused', code: 'VERSION_CONFLICT' })
  expect(await toy.submit({ ...stale, expectedVersion: 1, id: 'c5' }, 15_000)).toMatchObject({ status: 'changed' })
  expectExactlyOnce(await readEvents(eventLog, `${service}.events`), await readAll(eventLog, `${service}.commands`))
})

test('a refusal is recorded with its command', async () => {
  await toy.deposit('alice', 'r1', -5, 'wish-1')
  expect(await readEvents(eventLog, `${service}.events`)).toMatchObject([
    {
      envelope: { type: `${service}.CommandAnswered`, aggregateId: 'alice', version: 0, causationId: 'wish-1' },
      data: { commandId: 'wish-1', commandType: 'Deposit', outcome: 'refused', code: 'NEGATIVE' },
    },
  ])
})

test('many callers at once are decided in few transactions, one outcome each', async () => {
  const outcomes = await Promise.all(Array.from({ length: 500 }, (_, n) => toy.deposit(`a${n % 20}`, `r${n}`, 1)))
  expect(outcomes.filter(({ status }) => status === 'changed')).toHaveLength(500)
  const events = await readEvents(eventLog, `${service}.events`)
  expectExactlyOnce(events, await readAll(eventLog, `${service}.commands`))
  const ends = await eventLog.endOffsets(`${service}.events`)
  // Each transaction leaves one control record per partition behind its events.
  const transactions = [...ends.values()].reduce((sum, end) => sum + end, 0) - events.length
  expect(transactions).toBeLessThan(100)
})

test('garbage among the commands is parked and its partition moves on', async () => {
  const topic = `${service}.commands`
  const garbage = [
    { topic, partition: 0, key: null, value: 'no key', headers: {} },
    { topic, partition: 0, key: 'alice', value: null, headers: {} },
    { topic, partition: 1, key: 'alice', value: Buffer.from([0xff, 0xfe]), headers: { id: Buffer.from([0xff]) } },
    { topic, partition: 1, key: 'alice', value: 'x'.repeat(700_000), headers: { type: 'Deposit' } },
  ]
  await eventLog.produce(garbage)
  await Promise.all(['alice', 'bob', 'carol', 'dave'].map((who) => toy.deposit(who, 'r1', 1)))
  expect(await toy.deposit('erin', 'r1', 666)).toEqual({ status: 'refused', code: 'COMMAND_PARKED', detail: 'DECIDER_FAILED' })
  const letters = await readAll(eventLog, `${service}.dlq`)
  expect(letters.map(({ headers }) => headers['dlq.code']?.toString()).sort()).toEqual([
    'DECIDER_FAILED',
    'HEADERS_INVALID',
    'HEADERS_INVALID',
    'HEADERS_INVALID',
    'KEY_INVALID',
  ])
  expect(letters.map(({ value }) => value?.length ?? null)).toContain(256 * 1024)
  expectExactlyOnce(await readEvents(eventLog, `${service}.events`), await readAll(eventLog, topic))
})

test('a new process finds garbage in the own events topic, parks it and goes on with the right version', async () => {
  await toy.deposit('alice', 'r1', 1)
  await toy.stop()
  const [first] = await readEvents(eventLog, `${service}.events`)
  if (!first) throw new Error('no event written')
  const { partition, envelope, data } = first
  const forged = encodeRecord(`${service}.events`, { ...envelope, version: 1 }, data, partition)
  await eventLog.produce([{ topic: `${service}.events`, partition, key: 'alice', value: 'garbage', headers: {} }, forged])
  toy = await runToy(eventLog, service)
  expect(await toy.deposit('alice', 'r2', 1)).toMatchObject({ status: 'changed' })
  const letters = await readAll(eventLog, `${service}.dlq`)
  expect(letters.map(({ headers }) => headers['dlq.code']?.toString())).toEqual(['HEADERS_INVALID', 'VERSION_OUT_OF_ORDER'])
  const last = (await readAll(eventLog, `${service}.events`)).filter(({ headers }) => headers.type).at(-1)
  expect(last?.headers.version?.toString()).toBe('2')
})

test('a second replica takes its share; commands given to either are answered by both', async () => {
  const otherLog = connect(brokers)
  const other = await runToy(otherLog, service)
  await eventually(() => toy.ready().ready)
  const outcomes = await Promise.all(Array.from({ length: 40 }, (_, n) => (n % 2 ? toy : other).deposit(`a${n}`, 'r', 1)))
  expect(outcomes.every(({ status }) => status === 'changed')).toBe(true)
  await other.stop()
  await otherLog.close()
  expect(await toy.deposit('a1', 'r-after', 1)).toMatchObject({ status: 'changed' })
  expectExactlyOnce(await readEvents(eventLog, `${service}.events`), await readAll(eventLog, `${service}.commands`))
})
