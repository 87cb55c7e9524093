import { beforeEach, expect, test } from 'vitest'
import { orderId, orderSlip, respondBy } from '../order-slips.ts'
import { ShopInMemory, type Step } from './shop-in-memory.ts'

const id = orderId('1')
let shop: ShopInMemory

beforeEach(() => {
  shop = new ShopInMemory()
  shop.send('inventory', { aggregateId: 'MUG', command: { type: 'ReceiveStock', data: { sku: 'MUG', quantity: 5, receiptId: 'opening' } } })
  shop.run()
  shop.log.length = 0
  const order = orderSlip('1', ['2 MUG'])
  shop.send('orders', { aggregateId: id, command: { type: 'PlaceOrder', data: { order, requestHash: 'h', respondBy } } })
})

/** Runs everything but one service, as if that one were down. */
const runWithout = (service: string) =>
  shop.run((steps: readonly Step[]) =>
    steps.find(({ name }) => !name.startsWith(`decide ${service}`) && !name.startsWith(`${service} hears`)),
  )

/** The messages since the last call, without those to the customer. */
const news = (): string[] => shop.log.splice(0).filter((line) => !line.startsWith('notifications'))

const nothingIsHeld = () => {
  expect(shop.state('orders', id)).toMatchObject({ status: 'cancelled' })
  expect(shop.state('inventory', 'MUG')).toMatchObject({ received: 5, available: 5, reserved: 0, sold: 0 })
  expect(shop.state('payments', 'ada')).toMatchObject({ used: 0 })
  expect(['unbooked', 'cancelled']).toContain(shop.state('shipping', id).status)
}

test('inventory is silent: the order is given up, and its late reservations take nothing', () => {
  runWithout('inventory')
  shop.fireTimer('orders', id)
  runWithout('inventory')
  expect(news()).toEqual([
    'orders PlaceOrder: OrderPlaced',
    'orders ExpireOrder: OrderCancelled',
    'payments RefundPayment: PaymentVoided',
    'shipping CancelShipment: ShipmentCancelled',
  ])
  shop.run()
  expect(news()).toEqual([
    'inventory ReserveStock: StockReserved',
    'orders ReserveLine: unchanged',
    'inventory ReleaseStock: StockReleased',
  ])
  nothingIsHeld()
})

test('payments is silent: the stock is released, and the late authorisation is taken back', () => {
  runWithout('payments')
  shop.fireTimer('orders', id)
  runWithout('payments')
  expect(news()).toEqual([
    'orders PlaceOrder: OrderPlaced',
    'inventory ReserveStock: StockReserved',
    'orders ReserveLine: OrderLineReserved, OrderReserved',
    'orders ExpireOrder: OrderCancelled',
    'inventory ReleaseStock: StockReleased',
    'shipping CancelShipment: ShipmentCancelled',
  ])
  shop.run()
  expect(news()).toEqual([
    'payments AuthorizePayment: PaymentAuthorized',
    'orders PayOrder: unchanged',
    'inventory SellStock: unchanged',
    'payments RefundPayment: PaymentRefunded',
    'shipping BookShipment: unchanged',
  ])
  nothingIsHeld()
})

test('shipping is silent: the payment is refunded, the sold stock comes back, and the late booking sends nothing', () => {
  runWithout('shipping')
  shop.fireTimer('orders', id)
  runWithout('shipping')
  expect(news()).toEqual([
    'orders PlaceOrder: OrderPlaced',
    'inventory ReserveStock: StockReserved',
    'orders ReserveLine: OrderLineReserved, OrderReserved',
    'payments AuthorizePayment: PaymentAuthorized',
    'orders PayOrder: OrderPaid',
    'inventory SellStock: StockSold',
    'orders ExpireOrder: OrderCancelled',
    'inventory ReleaseStock: StockReleased',
    'payments RefundPayment: PaymentRefunded',
  ])
  shop.run()
  nothingIsHeld()
})

test('the customer is told why', () => {
  runWithout('payments')
  shop.fireTimer('orders', id)
  shop.run()
  const sent = shop.events
    .filter(({ type }) => type === 'notifications.NotificationSent')
    .map(({ data }) => (data as { text: string }).text)
  expect(sent).toContain(`Your order ${id} was cancelled because it could not be completed in time.`)
})

test('a timer that fires again for the next owner, or while the last answer arrives, changes nothing more', () => {
  runWithout('payments')
  shop.fireTimer('orders', id)
  shop.changeOwners('orders')
  shop.fireTimer('orders', id)
  shop.run()
  expect(news().filter((line) => line.startsWith('orders ExpireOrder'))).toEqual([
    'orders ExpireOrder: OrderCancelled',
    'orders ExpireOrder: unchanged',
  ])
  nothingIsHeld()
})

test('a confirmed order has no timer', () => {
  shop.run()
  expect(shop.timer('orders', id)).toBeUndefined()
})

test('an order with a command in quarantine is left alone when its time is over, whoever owns it, and expires once the quarantine is empty', () => {
  shop.run((steps) => steps.find(({ name }) => name.startsWith('decide orders')))
  const malformed = shop.send('orders', { aggregateId: id, command: { type: 'ReserveLine', data: {} } })
  shop.timePasses('orders')
  shop.run((steps) => steps.find(({ name }) => name.startsWith('decide orders')))
  shop.run()
  expect(news()).toEqual([
    'orders PlaceOrder: OrderPlaced',
    'orders ReserveLine: parked SCHEMA_MISMATCH',
    'inventory ReserveStock: StockReserved',
    'orders ReserveLine: parked KEY_PARKED',
  ])
  shop.changeOwners('orders')
  shop.run()
  expect(news(), 'nothing more, however late it is').toEqual([])

  shop.discard('orders', id, malformed)
  shop.run()
  expect(news(), 'the answer of inventory still waits').toEqual(['orders Discard: give up'])
  const [waiting] = shop.waiting('orders', id)
  shop.discard('orders', id, waiting ?? '')
  shop.run()
  expect(news()).toEqual([
    'orders Discard: give up',
    'orders ExpireOrder: OrderCancelled',
    'inventory ReleaseStock: StockReleased',
    'payments RefundPayment: PaymentVoided',
    'shipping CancelShipment: ShipmentCancelled',
  ])
  nothingIsHeld()
})
