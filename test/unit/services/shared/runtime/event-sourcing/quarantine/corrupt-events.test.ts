import { expect, test } from 'vitest'
import { corruptEventTransactions } from '../../../../../../../services/shared/runtime/event-sourcing/quarantine/corrupt-events.ts'
import { recordBytes } from '../../../../../../../services/shared/runtime/kafka/client/kafkajs-messages.ts'
import { time } from '../processed-log.ts'

const kib = 1024
const why = { code: 'VALUE_INVALID', detail: 'no JSON' }

/** Corrupt events of these sizes, at offsets 10, 11, 12 … */
const transactions = (...bytes: readonly number[]) => transactionsOf('a', ...bytes)
const transactionsOf = (key: string, ...bytes: readonly number[]) => [
  ...corruptEventTransactions(
    'toy',
    new Map(
      bytes.map((length, index) => {
        const record = {
          topic: 'toy.events',
          partition: 3,
          offset: 10 + index,
          key: Buffer.from(key),
          value: Buffer.alloc(length),
          headers: {},
        }
        return [record.offset, { record, why }]
      }),
    ),
    time,
  ),
]

test('nothing corrupt, no transaction', () => {
  expect(transactions()).toEqual([])
})

test('each event becomes a dead letter and an answer in its own partition that names it', () => {
  const all = transactions(1, 1)
  expect(all.map(({ offsets }) => offsets)).toEqual([[10, 11]])
  const records = all.flatMap((transaction) => transaction.records)
  expect(records.map(({ topic }) => topic)).toEqual(['toy.dlq', 'toy.events', 'toy.dlq', 'toy.events'])
  expect([records[1], records[3]].map((answer) => [answer?.partition, JSON.parse(String(answer?.value))])).toEqual(
    [10, 11].map((offset) => [
      3,
      { commandId: `toy.events/3/${offset}`, commandType: 'Unreadable', outcome: 'refused', code: 'EVENT_PARKED', detail: 'VALUE_INVALID' },
    ]),
  )
})

test('events that are large together go in several transactions, each with room in a batch of Kafka, none twice', () => {
  const all = transactions(...Array.from({ length: 10 }, () => 200 * kib))
  expect(all.map(({ offsets }) => offsets)).toEqual([
    [10, 11],
    [12, 13],
    [14, 15],
    [16, 17],
    [18, 19],
  ])
  for (const { records } of all) {
    expect(records).toHaveLength(4)
    expect(records.reduce((sum, record) => sum + recordBytes(record), 0)).toBeLessThanOrEqual(512 * kib)
  }
})

test('one that is larger than a transaction should be goes alone', () => {
  const large = 'a'.repeat(256 * kib)
  expect(transactionsOf(large, 256 * kib, 256 * kib).map(({ offsets }) => offsets)).toEqual([[10], [11]])
})

test('very many small ones go in several transactions: their answers take room too', () => {
  const all = transactions(...Array.from({ length: 3000 }, () => 1))
  expect(all.flatMap(({ offsets }) => offsets)).toHaveLength(3000)
  for (const { records } of all) expect(records.reduce((sum, record) => sum + recordBytes(record), 0)).toBeLessThanOrEqual(512 * kib)
})
