import { expect, test } from 'vitest'
import { discardingRecords } from '../../../../../scripts/events/dead-letters/discarding-records.ts'
import { type Letter, queueOf, toLetter } from '../../../../../scripts/events/dead-letters/letter.ts'
import { redrivenRecords } from '../../../../../scripts/events/dead-letters/redriven-records.ts'
import { shopRules } from '../../../../../scripts/events/rules.ts'
import type { LogRecord } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { deadLetterRecord } from '../../../../../services/shared/runtime/messaging/dead-letter.ts'
import { order, placing, receiving } from '../given-orders.ts'
import { writtenLog } from '../written-log.ts'

const log = writtenLog([receiving('MUG-BLUE'), receiving('TEA-MINT'), placing('a')])
const time = '2026-01-02T04:00:00.000Z'
const at = (type: string): LogRecord => {
  const found = log.find(({ headers }) => headers.type?.toString() === type)
  if (!found) throw new Error(`no ${type} in the log`)
  return found
}
/** The letter that a service makes of a record, as it is read from Kafka. */
const letterOf = (service: string, record: LogRecord, code = 'SCHEMA_MISMATCH'): Letter => {
  const { topic, key, value, headers } = deadLetterRecord(`${service}.dlq`, record, { service, code, detail: 'no', time })
  const buffers = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])
  const texts = { key: key === null ? null : Buffer.from(key), value: value === null ? null : Buffer.from(value) }
  return toLetter({ topic, partition: 0, offset: 7, ...texts, headers: Object.fromEntries(buffers) })
}
const redriven = (letter: Letter, value?: string) => redrivenRecords(shopRules(), letter, time, value)

test('a command goes back to its partition under its own id, with its headers and where it comes from', () => {
  const record = at('PlaceOrder')
  const letter = letterOf('orders', record)
  const { topic, partition, key, value } = record
  const headers = { ...record.headers, 'redrive.of': 'orders.dlq/0/7', 'redrive.time': time }
  expect(redriven(letter)).toEqual({ commands: [{ topic, partition, key, value, headers }], notes: [] })
})

test('its value may be corrected on the way', () => {
  expect(redriven(letterOf('orders', at('PlaceOrder')), '{"fixed":true}')).toMatchObject({ commands: [{ value: '{"fixed":true}' }] })
})

test('an event is reacted to again: the same commands as the first time, and a note that it need not be waited for', () => {
  const event = at('orders.OrderReserved')
  const result = redriven(letterOf('payments', event))
  const note = {
    topic: 'payments.dlq',
    partition: 0,
    key: null,
    value: null,
    headers: {
      'dlq.redriven': 'payments.dlq/0/7',
      'dlq.topic': 'orders.events',
      'dlq.partition': '0',
      'dlq.offset': String(event.offset),
      'dlq.time': time,
    },
  }
  expect(result).toMatchObject({ commands: [{ topic: 'payments.commands', key: order('a').customerId }], notes: [note] })
  const [record] = 'commands' in result ? result.commands : []
  expect(String(record?.headers.id)).toBe(String(at('AuthorizePayment').headers.id))
})

test.each<[string, () => Letter, string | undefined, RegExp]>([
  ['garbage', () => letterOf('orders', { ...at('PlaceOrder'), headers: {} }, 'HEADERS_INVALID'), undefined, /holds up nobody/],
  ['a value that was cut', () => ({ ...letterOf('orders', at('PlaceOrder')), isCut: true }), undefined, /too large to be kept/],
  ['a foreign record among the own events', () => letterOf('orders', at('orders.OrderPlaced')), undefined, /somebody else wrote it/],
  ['an event with another value', () => letterOf('payments', at('orders.OrderReserved')), '{}', /only commands can be corrected/],
  [
    'an event that is still unfit',
    () => letterOf('payments', { ...at('orders.OrderReserved'), value: Buffer.from('{') }),
    undefined,
    /VALUE_NOT_JSON/,
  ],
  ['rows of the query side', () => letterOf('order-history', at('orders.OrderPlaced')), undefined, /rebuild/],
])('%s is left where it is, with the reason', (_, letter, value, reason) => {
  expect(redriven(letter(), value)).toEqual({ impossible: expect.stringMatching(reason) })
})

test('a command that is given up goes to its aggregate with the reason, and a note beside its letter', () => {
  const record = at('PlaceOrder')
  const { topic, partition, key } = record
  expect(discardingRecords(letterOf('orders', record), 'a typo', time)).toEqual([
    { topic, partition, key, value: null, headers: { ...record.headers, 'redrive.discard': 'a typo' } },
    {
      topic: 'orders.dlq',
      partition: 0,
      key: null,
      value: null,
      headers: {
        'dlq.discarded': 'orders.dlq/0/7',
        'dlq.topic': 'orders.commands',
        'dlq.partition': '0',
        'dlq.offset': String(record.offset),
        'dlq.reason': 'a typo',
        'dlq.time': time,
      },
    },
  ])
})

test('of what no aggregate waits for, only a note is written', () => {
  const garbage = letterOf('orders', { ...at('PlaceOrder'), headers: {} }, 'HEADERS_INVALID')
  expect(queueOf(garbage)).toBeUndefined()
  expect(discardingRecords(garbage, 'noise', time).map(({ topic }) => topic)).toEqual(['orders.dlq'])
  expect(discardingRecords(letterOf('payments', at('orders.OrderReserved')), 'old', time).map(({ topic }) => topic)).toEqual([
    'payments.dlq',
  ])
})
