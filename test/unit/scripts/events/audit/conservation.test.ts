import { expect, test } from 'vitest'
import { examineConservation } from '../../../../../scripts/events/audit/conservation.ts'
import { event, found, step } from './given-steps.ts'

const order = {
  orderId: 'ord',
  total: 30,
  lines: [
    { sku: 'MUG', quantity: 2 },
    { sku: 'MUG', quantity: 1 },
  ],
}
const written = (...facts: readonly (readonly [string, object])[]) =>
  found(examineConservation(), [
    step(
      0,
      facts.map(([type, data], offset) => event(offset, 0, { type }, data)),
    ),
  ])

const received = (quantity: number) => ['inventory.StockReceived', { sku: 'MUG', quantity }] as const
const reserved = (quantity: number) => ['inventory.StockReserved', { sku: 'MUG', quantity, order }] as const
const released = (quantity: number) => ['inventory.StockReleased', { sku: 'MUG', quantity, orderId: 'ord' }] as const
const placed = ['orders.OrderPlaced', { order }] as const
const paid = ['payments.PaymentAuthorized', { amount: 30, order }] as const
const confirmed = ['orders.OrderConfirmed', { order }] as const

const overdrawn = 'SKUs that gave more than they had'

test('all that was there may be given, and given again once it came back', () => {
  expect(written(received(3), reserved(3), released(3), reserved(3))).toEqual([])
})

test('one piece more than there was is overdrawn, and every further one as well', () => {
  expect(written(received(3), reserved(4))).toEqual([`${overdrawn}: 1: MUG: -1`])
  expect(written(reserved(1), reserved(1))).toEqual([`${overdrawn}: 2: MUG: -1; MUG: -2`])
})

test('an order with two lines of one SKU holds the pieces of both', () => {
  expect(written(received(3), placed, reserved(2), reserved(1), paid, confirmed)).toEqual([])
  expect(written(received(3), placed, reserved(2), paid, confirmed)).toEqual([
    'orders whose stock differs from their end (confirmed: every piece, cancelled: none): 1: ord confirmed: 2 × MUG instead of 3',
  ])
})

test('an order under way may hold anything', () => {
  expect(written(received(3), placed, reserved(2), paid)).toEqual([])
})

const refunded = ['payments.PaymentRefunded', { amount: 30, orderId: 'ord' }] as const
const cancelled = ['orders.OrderCancelled', { order }] as const
const money = 'orders whose money differs from their end (confirmed: the total, cancelled: nothing)'
const stock = 'orders whose stock differs from their end (confirmed: every piece, cancelled: none)'

test('a cancelled order that gave back its money and its pieces holds nothing', () => {
  expect(written(received(3), placed, reserved(3), paid, refunded, released(3), cancelled)).toEqual([])
  expect(written(placed, cancelled)).toEqual([])
})

test('a cancelled order that keeps money or pieces is told with what it keeps', () => {
  expect(written(received(3), placed, reserved(3), paid, released(3), cancelled)).toEqual([
    `${money}: 1: ord cancelled: 30 cents instead of 0`,
  ])
  expect(written(received(3), placed, reserved(3), paid, refunded, cancelled)).toEqual([`${stock}: 1: ord cancelled: 3 × MUG instead of 0`])
})

test('a confirmed order that has not paid, or has no pieces', () => {
  expect(written(received(3), placed, reserved(3), confirmed)).toEqual([`${money}: 1: ord confirmed: 0 cents instead of 30`])
  expect(written(received(3), placed, paid, confirmed)).toEqual([`${stock}: 1: ord confirmed: 0 × MUG instead of 3`])
})

test('what ended since a moment is not judged; what cannot be read, or moves nothing, is passed over', () => {
  const since = (settledBefore: number) =>
    found(examineConservation(settledBefore), [
      step(0, [event(0, 0, { type: cancelled[0] }, { order }), event(1, 0, { type: paid[0] }, paid[1])]),
    ])
  const at = Date.parse('2026-01-02T03:04:05.000Z')
  expect(since(at)).toEqual([])
  expect(since(at + 1)).toHaveLength(1)
  expect(found(examineConservation(), [step(0, [{ place: 'toy.events/0/0', unreadable: 'X' }, event(1, 0)])])).toEqual([])
})
