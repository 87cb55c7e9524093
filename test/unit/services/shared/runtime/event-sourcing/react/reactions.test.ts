import { expect, test } from 'vitest'
import { react, reactToBatch } from '../../../../../../../services/shared/runtime/event-sourcing/react/reactions.ts'
import { deriveId } from '../../../../../../../services/shared/runtime/messaging/derive-id.ts'
import { toLogRecord } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { sold, soldRules, time } from './heard-events.ts'

const rules = soldRules()
const heard = (data: object, type = 'shop.Sold') => toLogRecord(sold('e1', 's1', data, 1, type), 5)

test('an event becomes a command to our own aggregate, with the same id each time', () => {
  const { records } = react(rules, heard({ seller: 'bob', cents: 3 }), time)
  expect(records).toEqual([
    {
      topic: 'toy.commands',
      key: 'bob',
      value: '{"ref":"sale","cents":3}',
      headers: {
        id: deriveId('e1', 'bob', 'Deposit'),
        type: 'Deposit',
        schemaVersion: '1',
        version: '0',
        causationId: 'e1',
        correlationId: 'saga',
        traceparent: 'tp',
        time,
      },
    },
  ])
  expect(react(rules, heard({ seller: 'bob', cents: 3 }), time).records).toEqual(records)
})

test.each(['shop.Returned', 'shop.CommandAnswered'])('%s is none of our business', (type) => {
  expect(react(rules, heard({ anything: true }, type), time)).toEqual({ records: [] })
})

test.each([
  ['without headers', { ...heard({}), headers: {} }, 'HEADERS_INVALID', undefined],
  ['whose data do not fit', heard({ seller: 7 }), 'SCHEMA_MISMATCH', 's1'],
  ['that the table cannot stand', heard({ seller: 'bob', cents: 0 }), 'REACTION_FAILED', 's1'],
])('an event %s is parked', (_, record, code, key) => {
  const { records, parked } = react(rules, record, time)
  expect(parked).toMatchObject({ code, ...(key && { key }) })
  expect(records).toMatchObject([
    { topic: 'toy.dlq', headers: { 'dlq.code': code, 'dlq.topic': 'shop.events', 'dlq.partition': '0', 'dlq.offset': '5' } },
  ])
})

test('an event that has to wait is parked behind the one that it waits for; one that is none of our business is not', () => {
  const ahead = (key: string) => `shop.events/0/2 (${key})`
  const { records, parked } = react(rules, heard({ seller: 'bob', cents: 3 }), time, ahead)
  expect(parked).toEqual({ code: 'KEY_PARKED', detail: 'waits behind shop.events/0/2 (s1) of the same aggregate', key: 's1' })
  expect(records).toMatchObject([{ topic: 'toy.dlq', key: Buffer.from('s1'), headers: { 'dlq.code': 'KEY_PARKED' } }])
  expect(react(rules, heard({}, 'shop.Returned'), time, ahead)).toEqual({ records: [] })
})

test('whatever waits of an aggregate waits behind the first that was put aside', () => {
  const waiting = { has: () => false, firstBefore: () => undefined }
  const records = [0, 1, 2].map((offset) => toLogRecord(sold(`e${offset}`, 's1', { seller: 'bob', cents: offset }), offset))
  const details = reactToBatch(rules, waiting, records, time).map(({ parked }) => parked?.detail)
  expect(details).toEqual(['nothing to pay', ...Array(2).fill('waits behind shop.events/0/0 of the same aggregate')])
})
