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
