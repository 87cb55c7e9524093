import { expect, test } from 'vitest'
import { place } from '../../../../../scripts/events/log/current-event.ts'
import { placesOfUnexplained, toTimeline } from '../../../../../scripts/events/order/order-timeline.ts'
import { timelineText } from '../../../../../scripts/events/order/timeline-text.ts'
import { shopRules } from '../../../../../scripts/events/rules.ts'
import type { LogRecord } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { deadLetterRecord } from '../../../../../services/shared/runtime/messaging/dead-letter.ts'
import { deriveId } from '../../../../../services/shared/runtime/messaging/derive-id.ts'
import { cancelling, order, placing, receiving } from '../given-orders.ts'
import { type Given, writtenLog } from '../written-log.ts'

const { orderId } = order('a')
const stocked = [receiving('MUG-BLUE'), receiving('TEA-MINT')]
const ofEvents = (records: readonly LogRecord[]) =>
  records.filter(({ topic, headers }) => topic.endsWith('.events') && !/receive/.test(String(headers.correlationId)))
/** What a shop writes for one order, answers included. */
const saga = (...given: readonly Given[]): LogRecord[] => ofEvents(writtenLog([...stocked, ...given]))
const byPlace = (records: readonly LogRecord[]) => new Map(records.map((record) => [place(record), record]))
/** @param log where the commands are; without it, they have expired */
const timeline = (records: readonly LogRecord[], log: readonly LogRecord[] = []) => toTimeline(shopRules(), records, byPlace(log))
const story = (log: readonly LogRecord[]) => {
  const entries = timeline(ofEvents(log), log)
  const typeOf = new Map(entries.map(({ id, type }) => [id, type]))
  return entries
    .filter(({ kind }) => kind === 'event')
    .map(({ type, because }) => `${because ? `${typeOf.get(because.event) ?? because.event} → ${because.command}` : 'request'}: ${type}`)
}

test('every event of a saga names the event that led to it, and the command between them', () => {
  expect(story(writtenLog([...stocked, placing('a')]))).toEqual([
    'request: orders.OrderPlaced',
    'orders.OrderPlaced → ReserveStock: inventory.StockReserved',
    'orders.OrderPlaced → ReserveStock: inventory.StockReserved',
    'orders.OrderPlaced → NotifyCustomer: notifications.NotificationSent',
    'inventory.StockReserved → ReserveLine: orders.OrderLineReserved',
    'inventory.StockReserved → ReserveLine: orders.OrderLineReserved',
    'inventory.StockReserved → ReserveLine: orders.OrderReserved',
    'orders.OrderReserved → AuthorizePayment: payments.PaymentAuthorized',
    'payments.PaymentAuthorized → PayOrder: orders.OrderPaid',
    'payments.PaymentAuthorized → SellStock: inventory.StockSold',
    'payments.PaymentAuthorized → SellStock: inventory.StockSold',
    'payments.PaymentAuthorized → BookShipment: shipping.ShipmentBooked',
    'shipping.ShipmentBooked → ConfirmOrder: orders.OrderConfirmed',
    'orders.OrderConfirmed → NotifyCustomer: notifications.NotificationSent',
  ])
})

test('what somebody outside asked for, and what a timer did, say so', () => {
  expect(story(writtenLog([...stocked, placing('a'), cancelling('a')]))).toContain('request: orders.OrderCancelled')
  expect(story(writtenLog([...stocked, placing('a', 11)]))).toContain(
    'inventory.StockReservationRefused → CancelOrder: orders.OrderCancelled',
  )
  const command = { type: 'ExpireOrder', data: { orderId } }
  const expiring: Given = { service: 'orders', id: deriveId('due', orderId, '1', command.type), aggregateId: orderId, command }
  expect(story(writtenLog([placing('a'), expiring], { underWay: 2 }))).toContain('timer → ExpireOrder: orders.OrderCancelled')
})

test('commands that changed nothing are told as answers, records that were put aside as letters', () => {
  const records = saga(placing('a'), placing('a'))
  const [first] = records
  if (!first) throw new Error('nothing was written')
  const evidence = { service: 'orders', code: 'SCHEMA_MISMATCH', detail: 'no schema', time: '2026-01-02T04:00:00.000Z' }
  const letter = { ...deadLetterRecord('orders.dlq', first, evidence), partition: 0, offset: 3 } as LogRecord
  const entries = timeline([...records, letter])
  expect(entries.filter(({ kind }) => kind === 'answer').map(({ text }) => text)).toEqual(['PlaceOrder: unchanged'])
  expect(entries.at(-1)).toMatchObject({ kind: 'letter', place: 'orders.dlq/0/3', text: 'put aside: SCHEMA_MISMATCH no schema' })
})

test('a cause is the event, not the letter that it was put aside in', () => {
  const log = writtenLog([...stocked, placing('a'), cancelling('a')])
  const event = log.find(({ headers }) => String(headers.type) === 'orders.OrderCancelled') as LogRecord
  const evidence = { service: 'shipping', code: 'SCHEMA_MISMATCH', detail: 'no', time: '2026-01-02T04:00:00.000Z' }
  const letter = { ...deadLetterRecord('shipping.dlq', event, evidence), partition: 0, offset: 3 } as LogRecord
  const text = timelineText(orderId, timeline([...ofEvents(log), letter], log))
  const [, number] = /^ *(\d+) .* OrderCancelled v/m.exec(text) ?? []
  expect(text).toMatch(new RegExp(`^.* ${number} → CancelShipment +shipping`, 'm'))
})

test('a command that names a cause which is not in the log is no request, one that has expired may be', () => {
  const log = writtenLog([...stocked, placing('a')])
  const asked = log.find(({ headers }) => String(headers.type) === 'PlaceOrder') as LogRecord
  const causeOf = (command: LogRecord | undefined, id = 'place-a') => {
    const own = ofEvents(log).map((record) =>
      String(record.headers.causationId) === 'place-a'
        ? { ...record, headers: { ...record.headers, causationId: Buffer.from(id) } }
        : record,
    )
    return timeline(own, command ? [command] : [])[0]?.because
  }
  expect(placesOfUnexplained(shopRules(), ofEvents(log))).toEqual([place(asked)])
  expect(causeOf(asked)).toBeUndefined()
  const madeUp = { ...asked, headers: { ...asked.headers, causationId: Buffer.from('aborted') } }
  expect(causeOf(madeUp)).toEqual({ command: 'PlaceOrder', event: 'unknown' })
  expect(causeOf(undefined)).toEqual({ command: 'unknown', event: 'unknown' })
  expect(causeOf(undefined, crypto.randomUUID())).toBeUndefined()
})

test('garbage among the events is told as it is', () => {
  const [first, ...rest] = saga(placing('a'))
  const entries = timeline([{ ...first, value: Buffer.from('{') } as LogRecord, ...rest])
  expect(entries[0]).toMatchObject({ kind: 'unreadable', type: 'orders.OrderPlaced', data: '{' })
})

test('as text: numbers instead of ids, time since the beginning, words instead of data', () => {
  const log = writtenLog([...stocked, placing('a')])
  const lines = timelineText(orderId, timeline(ofEvents(log), log)).split('\n')
  expect(lines[0]).toMatch(/^ord_a{22}, 2026-01-02T03:04:05.005Z: 14 events of 5 services within \d+ ms$/)
  expect(lines[3]).toMatch(/^ 1 {2}\+0 ms +a request +orders +OrderPlaced v1 +Order received: 2 × MUG-BLUE, 1 × TEA-MINT for 36.90 €$/)
  expect(lines[4]).toMatch(/^ 2 {2}\+10 ms +1 → ReserveStock +inventory +StockReserved v2 +2 × MUG-BLUE set aside$/)
})
