import { expect, test } from 'vitest'
import { ordersDecider } from '../../../../services/orders/decider/decider.ts'
import type { OrdersEvent } from '../../../../services/orders/decider/evolve.ts'
import { specify } from '../../given-when-then.ts'
import { orderSnapshot, respondBy } from '../../order-snapshots.ts'

const given = specify(ordersDecider)
const order = orderSnapshot('1', ['2 MUG', '1 TEA'])
const { orderId } = order
const trackingId = 'trk_1'

const placed = { type: 'orders.OrderPlaced', data: { order, requestHash: 'h', respondBy } } as const
const lineReserved = (sku: string) => ({ type: 'orders.OrderLineReserved', data: { orderId, sku } }) as const
const reserved = { type: 'orders.OrderReserved', data: { order } } as const
const paid = { type: 'orders.OrderPaid', data: { order } } as const
const confirmed = { type: 'orders.OrderConfirmed', data: { order, trackingId } } as const
const shipped = { type: 'orders.OrderShipped', data: { order, trackingId } } as const
const byCustomer = { reason: 'customer', detail: 'Cancelled by the customer.' } as const
const cancelled = { type: 'orders.OrderCancelled', data: { order, ...byCustomer } } as const
const allReserved = [placed, lineReserved('MUG'), lineReserved('TEA'), reserved]

const place = { type: 'PlaceOrder', data: { order, requestHash: 'h', respondBy } } as const
const reserve = (sku: string) => ({ type: 'ReserveLine', data: { orderId, sku } }) as const
const pay = { type: 'PayOrder', data: { orderId } } as const
const confirm = { type: 'ConfirmOrder', data: { orderId, trackingId } } as const
const ship = { type: 'ShipOrder', data: { orderId, trackingId } } as const
const expire = { type: 'ExpireOrder', data: { orderId } } as const
const cancel = { type: 'CancelOrder', data: { orderId, ...byCustomer } } as const

test('an order is placed', () => given().when(place).thenEvents(placed))
test('the same request again is the same order', () => {
  given(placed).when(place).thenEvents()
  given(placed, cancelled).when(place).thenEvents()
})
test('another request under the same key is refused', () => {
  given(placed)
    .when({ type: 'PlaceOrder', data: { order, requestHash: 'other', respondBy } })
    .thenRefused('IDEMPOTENCY_KEY_REUSED')
})

test('the order is reserved with its last line, in whatever order the lines come', () => {
  given(placed).when(reserve('TEA')).thenEvents(lineReserved('TEA'))
  given(placed, lineReserved('TEA')).when(reserve('MUG')).thenEvents(lineReserved('MUG'), reserved)
})
test('a line is reserved once', () => {
  given(placed, lineReserved('TEA')).when(reserve('TEA')).thenEvents()
  given(...allReserved)
    .when(reserve('TEA'))
    .thenEvents()
})

test('a reserved order is paid, confirmed and shipped, each once', () => {
  given(...allReserved)
    .when(pay)
    .thenEvents(paid)
  given(...allReserved, paid)
    .when(pay)
    .thenEvents()
  given(...allReserved, paid)
    .when(confirm)
    .thenEvents(confirmed)
  given(...allReserved, paid, confirmed)
    .when(confirm)
    .thenEvents()
  given(...allReserved, paid, confirmed)
    .when(ship)
    .thenEvents(shipped)
  given(...allReserved, paid, confirmed, shipped)
    .when(ship)
    .thenEvents()
})
test('news that overtake earlier ones prove them', () => {
  given(...allReserved)
    .when(confirm)
    .thenEvents(paid, confirmed)
  given(...allReserved, paid)
    .when(ship)
    .thenEvents(confirmed, shipped)
  given(...allReserved, paid, confirmed)
    .when(pay)
    .thenEvents()
})
test('an order that is not reserved cannot be paid', () => given(placed).when(pay).thenRefused('ORDER_NOT_RESERVED'))

test('an order is cancelled until it is shipped', () => {
  for (const life of [[placed], allReserved, [...allReserved, paid], [...allReserved, paid, confirmed]])
    given(...life)
      .when(cancel)
      .thenEvents(cancelled)
  given(...allReserved, paid, confirmed, shipped)
    .when(cancel)
    .thenRefused('ORDER_ALREADY_SHIPPED')
})
test('cancelling a cancelled order changes nothing, for whatever reason', () => {
  given(placed, cancelled).when(cancel).thenEvents()
  given(placed, cancelled)
    .when({ type: 'CancelOrder', data: { orderId, reason: 'out-of-stock', detail: '' } })
    .thenEvents()
})
test('a cancelled order stays cancelled, whatever comes later', () => {
  for (const late of [reserve('MUG'), pay, confirm, ship, expire]) given(placed, cancelled).when(late).thenEvents()
})

const { deadline } = ordersDecider
const dueAfter = (...life: OrdersEvent[]) => deadline?.(life.reduce(ordersDecider.evolve, ordersDecider.initial))

test.each([
  ['inventory', [placed]],
  ['payments', allReserved],
  ['shipping', [...allReserved, paid]],
])('an order that waits for %s is due at the moment it promised, and is then given up', (silent, life) => {
  expect(dueAfter(...life)).toEqual({ at: respondBy, command: expire })
  const detail = `No answer from ${silent} until ${respondBy}.`
  given(...life)
    .when(expire)
    .thenEvents({ type: 'orders.OrderCancelled', data: { order, reason: 'timeout', detail } })
})
test('an order that waits for nobody is never due, and a late timer changes nothing', () => {
  const confirmedLife = [...allReserved, paid, confirmed]
  for (const life of [confirmedLife, [...confirmedLife, shipped], [placed, cancelled]]) {
    expect(dueAfter(...life)).toBeUndefined()
    given(...life)
      .when(expire)
      .thenEvents()
  }
  expect(dueAfter()).toBeUndefined()
})

test('an unknown order is unknown', () => {
  for (const command of [reserve('MUG'), pay, confirm, ship, cancel, expire]) given().when(command).thenRefused('ORDER_UNKNOWN')
})
test('a log that does not begin with the placing is reported', () => {
  expect(() => ordersDecider.evolve(ordersDecider.initial, paid)).toThrow('orders.OrderPaid of an order that was never placed')
})
