import { expect, test } from 'vitest'
import { createSagas, hasEnded, isConfirmed, ofGroup } from '../../../../../../scripts/experiments/shop/sagas/saga.ts'
import { sagaOf } from './saga-of.ts'

const order = { orderId: 'ord_1', customerId: 'load-run-0', lines: [{ sku: 'MUG-BLUE' }, { sku: 'TEA-MINT' }] }
const placed = { type: 'orders.OrderPlaced', data: { order, respondBy: '1970-01-01T00:15:00Z' }, at: 1_000 }
const sagas = (...events: readonly { type: string; data: unknown; at: number }[]) => {
  const made = createSagas()
  for (const event of events) made.add(event)
  return made
}
const paid = { type: 'payments.PaymentAuthorized', data: { order }, at: 1_500 }
const confirmed = { type: 'orders.OrderConfirmed', data: { order }, at: 2_000 }

test('an order is what its events say, in whatever order topics are read', () => {
  const told = (kind: string) => ({ type: 'notifications.NotificationSent', data: { orderId: 'ord_1', kind }, at: 2_100 })
  const [received, known] = [told('order-received'), told('order-confirmed')]
  const whole = sagaOf({
    skus: ['MUG-BLUE', 'TEA-MINT'],
    confirmedAt: 2_000,
    charges: 1,
    notifications: ['order-received', 'order-confirmed'],
  })
  expect(sagas(placed, confirmed, paid, received, known).all()).toEqual([whole])
  expect(sagas(paid, received, known, confirmed, placed).all()).toEqual([whole])
})

test('what is given back is counted', () => {
  const events = [
    placed,
    paid,
    paid,
    { type: 'orders.OrderCancelled', data: { order, reason: 'timeout' }, at: 3_000 },
    { type: 'payments.PaymentRefunded', data: { orderId: 'ord_1' }, at: 3_100 },
    { type: 'payments.PaymentVoided', data: { orderId: 'ord_1' }, at: 3_100 },
    { type: 'inventory.StockReleased', data: { orderId: 'ord_1', sku: 'MUG-BLUE' }, at: 3_200 },
    { type: 'inventory.StockReleased', data: { orderId: 'ord_1', sku: 'TEA-MINT' }, at: 3_200 },
  ]
  expect(sagas(...events).all()).toMatchObject([
    { charges: 2, refunds: 1, voided: true, released: ['MUG-BLUE', 'TEA-MINT'], cancelled: { at: 3_000, reason: 'timeout' } },
  ])
})

test('events of a service are counted, also of orders that nobody has seen placed', () => {
  const seen = sagas(paid, { type: 'payments.CreditLimitChanged', data: {}, at: 1 }, confirmed)
  expect(seen.all()).toEqual([])
  expect([seen.eventsOf('payments'), seen.eventsOf('orders'), seen.eventsOf('shipping')]).toEqual([2, 1, 0])
})

test('an order has ended when it is confirmed or cancelled', () => {
  const orders = [sagaOf(), sagaOf({ confirmedAt: 2 }), sagaOf({ cancelled: { at: 2, reason: 'timeout' } })]
  expect(orders.map(hasEnded)).toEqual([false, true, true])
  expect(orders.map(isConfirmed)).toEqual([false, true, false])
})

test('groups of customers are told apart by their whole name', () => {
  const [mine, other] = [sagaOf({ customerId: 'load-a-1-7' }), sagaOf({ customerId: 'load-a-12-7' })]
  expect(ofGroup([mine, other], 'a-1')).toEqual([mine])
})
