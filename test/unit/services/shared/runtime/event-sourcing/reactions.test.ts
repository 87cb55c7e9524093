import { Type } from 'typebox'
import { expect, test } from 'vitest'
import type { ReactionTable } from '../../../../../../services/shared/runtime/decider.ts'
import { deriveId } from '../../../../../../services/shared/runtime/event-sourcing/derive-id.ts'
import { react } from '../../../../../../services/shared/runtime/event-sourcing/reactions.ts'
import { dataCheck, encodeRecord } from '../../../../../../services/shared/runtime/kafka/record.ts'
import { toLogRecord } from './memory-event-log.ts'
import type { Deposit } from './toy-account.ts'

const time = '2026-01-01T00:00:00.000Z'
type Sold = { readonly type: 'shop.Sold'; readonly data: { readonly seller: string; readonly cents: number } }

const reactions: ReactionTable<Sold, Deposit> = {
  'shop.Sold': ({ seller, cents }) => {
    if (cents === 0) throw new Error('nothing to pay')
    return [{ aggregateId: seller, command: { type: 'Deposit', data: { ref: 'sale', cents } } }]
  },
}
const checkEvent = dataCheck({ 'shop.Sold': Type.Object({ seller: Type.String(), cents: Type.Integer() }) })
const rules = { service: 'toy', reactions, checkEvent, versions: {} }

const heard = (data: object, type = 'shop.Sold') =>
  toLogRecord(
    encodeRecord(
      'shop.events',
      {
        id: 'e1',
        type,
        schemaVersion: 1,
        aggregateId: 's1',
        version: 1,
        causationId: 'c1',
        correlationId: 'saga',
        traceparent: 'tp',
        time,
      },
      data,
    ),
    5,
  )

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
  ['without headers', { ...heard({}), headers: {} }, 'HEADERS_INVALID'],
  ['whose data do not fit', heard({ seller: 7 }), 'SCHEMA_MISMATCH'],
  ['that the table cannot stand', heard({ seller: 'bob', cents: 0 }), 'REACTION_FAILED'],
])('an event %s is parked', (_, record, code) => {
  const { records, parked } = react(rules, record, time)
  expect(parked?.code).toBe(code)
  expect(records).toMatchObject([
    { topic: 'toy.dlq', headers: { 'dlq.code': code, 'dlq.topic': 'shop.events', 'dlq.partition': '0', 'dlq.offset': '5' } },
  ])
})
