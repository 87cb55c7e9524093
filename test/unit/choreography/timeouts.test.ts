import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { orderId, orderSnapshot, respondBy } from '../order-snapshots.ts'
import { ShopInMemory, type Step } from './shop-in-memory.ts'

const id = orderId('1')
let shop: ShopInMemory

beforeEach(async () => {
  // Only what schedulers use: the log in memory needs its turns of the event loop.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.parse(respondBy) - 15 * 60_000 })
  shop = new ShopInMemory({ clock: () => new Date() })
  await shop.send('inventory', {
    aggregateId: 'MUG',
    command: { type: 'ReceiveStock', data: { sku: 'MUG', quantity: 5, receiptId: 'opening' } },
  })
  await shop.run()
  shop.log.length = 0
  const order = orderSnapshot('1', ['2 MUG'])
  await shop.send('orders', { aggregateId: id, command: { type: 'PlaceOrder', data: { order, requestHash: 'h', respondBy } } })
})
afterEach(async () => {
  vi.useRealTimers()
  await shop.stop()
})

/** The order's time is over: what its owner has scheduled is written. */
const timePasses = () => vi.advanceTimersByTimeAsync(15 * 60_000)

/** Runs, and what is scheduled on the way for a moment that has passed fires too. */
async function runLate(): Promise<void> {
  await shop.run()
  await vi.advanceTimersByTimeAsync(0)
  await shop.run()
}

/** Runs everything but one service, as if that one were down. */
const runWithout = (service: string) =>
  shop.run((steps: readonly Step[]) =>
    steps.find(({ name }) => !name.startsWith(`decide ${service}`) && !name.startsWith(`${service} reads`)),
  )

/** The messages since the last call, without those to the customer. */
const news = (): string[] => shop.log.splice(0).filter((line) => !line.startsWith('notifications'))

const nothingIsHeld = () => {
  expect(shop.state('orders', id)).toMatchObject({ status: 'cancelled' })
  expect(shop.state('inventory', 'MUG')).toMatchObject({ received: 5, available: 5, reserved: 0, sold: 0 })
  expect(shop.state('payments', 'ada')).toMatchObject({ used: 0 })
  expect(['unbooked', 'cancelled']).toContain(shop.state('shipping', id).status)
}

test('inventory is silent: the order is given up, and its late reservations take nothing', async () => {
  await runWithout('inventory')
  await timePasses()
  await runWithout('inventory')
  expect(news()).toEqual([
    'orders PlaceOrder: OrderPlaced',
    'orders ExpireOrder: OrderCancelled',
    'payments RefundPayment: PaymentVoided',
    'shipping CancelShipment: ShipmentCancelled',
  ])
  await shop.run()
  expect(news()).toEqual([
    'inventory ReserveStock: StockReserved',
    'orders ReserveLine: unchanged',
    'inventory ReleaseStock: StockReleased',
  ])
  nothingIsHeld()
})

test('payments is silent: the stock is released, and the late authorisation is taken back', async () => {
  await runWithout('payments')
  await timePasses()
  await runWithout('payments')
  expect(news()).toEqual([
    'orders PlaceOrder: OrderPlaced',
    'inventory ReserveStock: StockReserved',
    'orders ReserveLine: OrderLineReserved, OrderReserved',
    'orders ExpireOrder: OrderCancelled',
    'inventory ReleaseStock: StockReleased',
    'shipping CancelShipment: ShipmentCancelled',
  ])
  await shop.run()
  expect(news()).toEqual([
    'payments AuthorizePayment: PaymentAuthorized',
    'orders PayOrder: unchanged',
    'payments RefundPayment: PaymentRefunded',
    'inventory SellStock: unchanged',
    'shipping BookShipment: unchanged',
  ])
  nothingIsHeld()
})

test('shipping is silent: the payment is refunded, the sold stock comes back, and the late booking sends nothing', async () => {
  await runWithout('shipping')
  await timePasses()
  await runWithout('shipping')
  expect(news()).toEqual([
    'orders PlaceOrder: OrderPlaced',
    'inventory ReserveStock: StockReserved',
    'orders ReserveLine: OrderLineReserved, OrderReserved',
    'payments AuthorizePayment: PaymentAuthorized',
    'orders PayOrder: OrderPaid',
    'inventory SellStock: StockSold',
    'orders ExpireOrder: OrderCancelled',
    'payments RefundPayment: PaymentRefunded',
    'inventory ReleaseStock: StockReleased',
  ])
  await shop.run()
  nothingIsHeld()
})

test('the customer is told why', async () => {
  await runWithout('payments')
  await timePasses()
  await shop.run()
  const sent = shop.events('notifications').map(({ data }) => (data as { text: string }).text)
  expect(sent).toContain(`Your order ${id} was cancelled because it could not be completed in time.`)
})

test('a timer that fires again for the next owner, or while the last answer arrives, changes nothing more', async () => {
  await runWithout('payments')
  await timePasses()
  await shop.changeOwners('orders')
  await timePasses()
  await shop.run()
  expect(news().filter((line) => line.startsWith('orders ExpireOrder'))).toEqual([
    'orders ExpireOrder: OrderCancelled',
    'orders ExpireOrder: unchanged',
  ])
  nothingIsHeld()
})

test('a confirmed order has no timer', async () => {
  await shop.run()
  news()
  await timePasses()
  await shop.run()
  expect(news()).toEqual([])
  expect(shop.state('orders', id)).toMatchObject({ status: 'confirmed' })
})

test('an order with a command in quarantine is left alone when its time is over, whoever owns it, and expires once the quarantine is empty', async () => {
  await shop.run((steps) => steps.find(({ name }) => name.startsWith('decide orders')))
  const malformed = await shop.send('orders', { aggregateId: id, command: { type: 'ReserveLine', data: {} } })
  await shop.run((steps) => steps.find(({ name }) => name.startsWith('decide orders')))
  await timePasses()
  await runLate()
  expect(news()).toEqual([
    'orders PlaceOrder: OrderPlaced',
    'orders ReserveLine: quarantined SCHEMA_MISMATCH',
    'inventory ReserveStock: StockReserved',
    'orders ReserveLine: quarantined KEY_PARKED',
  ])
  await shop.changeOwners('orders')
  await runLate()
  expect(news(), 'nothing more, however late it is').toEqual([])

  await shop.discard('orders', malformed)
  await runLate()
  expect(news(), 'the answer of inventory still waits').toEqual(['orders ReserveLine: refused COMMAND_DISCARDED'])
  const [, waiting] = shop.quarantined('orders')
  await shop.discard('orders', waiting ?? '')
  await runLate()
  expect(news()).toEqual([
    'orders ReserveLine: refused COMMAND_DISCARDED',
    'orders ExpireOrder: OrderCancelled',
    'payments RefundPayment: PaymentVoided',
    'inventory ReleaseStock: StockReleased',
    'shipping CancelShipment: ShipmentCancelled',
  ])
  nothingIsHeld()
})
