import { expect, test } from 'vitest'
import { eventRecords } from '../../../../../../../services/shared/runtime/event-sourcing/decide/event-records.ts'
import { corruptEventTransactions } from '../../../../../../../services/shared/runtime/event-sourcing/quarantine/corrupt-events.ts'
import { toLogRecord } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const time = '2026-01-01T00:00:00.000Z'
const KiB = 1024

const envelope = { id: 'c', type: 'Deposit', schemaVersion: 1, aggregateId: 'a', version: 0, causationId: 'c', correlationId: 'c', time }
const command = { envelope, partition: 0, source: 'toy.commands/0/0', time }
const rules = { service: 'toy', versions: {} }
const events = (...kib: readonly number[]) => kib.map((size) => ({ type: 'toy.Deposited', data: 'x'.repeat(size * KiB) }))

test('one event may be nearly 128 KiB, all of one command nearly 512 KiB', () => {
  const records = eventRecords(rules, command, 3, events(127, 127, 127, 127))
  expect(records).toMatchObject(['4', '5', '6', '7'].map((version) => ({ headers: { version } })))
})

test.each([
  ['one event too large', [1, 128], /^toy\.Deposited for toy\.events: 131074 bytes, at most 131072$/],
  ['too many of them', [127, 127, 127, 127, 127], /^130\d* \+ 130\d* \+ 130\d* \+ 130\d* \+ 130\d* bytes, at most 524288 together$/],
])('%s makes the command unfit, with the numbers', (_, sizes, message) => {
  const why = { kind: 'rejected', code: 'EVENTS_TOO_LARGE', detail: expect.stringMatching(message) }
  expect(eventRecords(rules, command, 3, events(...sizes))).toEqual(why)
})

test('corrupt events go to the dead letters in transactions of half a MiB at most, each record with its note, one at least', () => {
  const corrupt = new Map(
    [200, 200, 200, 1].map((size, offset) => [
      offset,
      {
        record: toLogRecord({ topic: 'toy.events', partition: 0, key: 'a', value: 'x'.repeat(size * KiB), headers: {} }, offset),
        why: { code: 'SCHEMA_MISMATCH', detail: 'no' },
      },
    ]),
  )
  const transactions = [...corruptEventTransactions('toy', corrupt, time)]
  expect(transactions.map(({ offsets }) => offsets)).toEqual([
    [0, 1],
    [2, 3],
  ])
  expect(transactions.map(({ records }) => records.map(({ topic }) => topic))).toEqual([
    ['toy.dlq', 'toy.events', 'toy.dlq', 'toy.events'],
    ['toy.dlq', 'toy.events', 'toy.dlq', 'toy.events'],
  ])
  expect([...corruptEventTransactions('toy', new Map(), time)]).toEqual([])
})
