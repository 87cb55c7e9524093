import { expect, test } from 'vitest'
import { orderId, orderSnapshot, respondBy } from '../order-snapshots.ts'
import { ShopInMemory } from './shop-in-memory.ts'

async function openShop(stock: Readonly<Record<string, number>>): Promise<ShopInMemory> {
  const shop = new ShopInMemory()
  for (const [sku, quantity] of Object.entries(stock)) {
    await shop.send('inventory', { aggregateId: sku, command: { type: 'ReceiveStock', data: { sku, quantity, receiptId: 'opening' } } })
  }
  await shop.run()
  shop.log.length = 0
  return shop
}

async function place(shop: ShopInMemory, lines: readonly string[]): Promise<void> {
  const order = orderSnapshot('1', lines)
  await shop.send('orders', { aggregateId: order.orderId, command: { type: 'PlaceOrder', data: { order, requestHash: 'h', respondBy } } })
}

async function customerCancels(shop: ShopInMemory): Promise<void> {
  const data = { orderId: orderId('1'), reason: 'customer', detail: 'Cancelled by the customer.' }
  await shop.send('orders', { aggregateId: orderId('1'), command: { type: 'CancelOrder', data } })
}

async function warehouseDispatches(shop: ShopInMemory): Promise<void> {
  await shop.send('shipping', { aggregateId: orderId('1'), command: { type: 'DispatchParcel', data: { orderId: orderId('1') } } })
}

/** Runs until the service has decided the command and nobody has heard of it yet. */
async function runUntil(shop: ShopInMemory, line: string): Promise<void> {
  await shop.run((steps) => (shop.log.includes(line) ? undefined : steps[0]))
  expect(shop.log.at(-1)).toBe(line)
}

/** The messages since the last call. */
const news = (shop: ShopInMemory): string[] => shop.log.splice(0)

const placed = ['orders PlaceOrder: OrderPlaced']
const reserved = [
  'inventory ReserveStock: StockReserved',
  'orders ReserveLine: OrderLineReserved',
  'inventory ReserveStock: StockReserved',
  'orders ReserveLine: OrderLineReserved, OrderReserved',
]
const paidAndConfirmed = [
  'payments AuthorizePayment: PaymentAuthorized',
  'orders PayOrder: OrderPaid',
  'inventory SellStock: StockSold',
  'inventory SellStock: StockSold',
  'shipping BookShipment: ShipmentBooked',
  'orders ConfirmOrder: OrderConfirmed',
]

test('an order is reserved line by line, paid, sold, booked and confirmed', async () => {
  const shop = await openShop({ MUG: 5, TEA: 5 })
  await place(shop, ['2 MUG', '1 TEA'])
  await shop.run()
  expect(news(shop)).toEqual([
    ...placed,
    ...reserved,
    ...paidAndConfirmed,
    'notifications NotifyCustomer: NotificationSent',
    'notifications NotifyCustomer: NotificationSent',
  ])
  expect(shop.state('orders', orderId('1'))).toMatchObject({ status: 'confirmed' })
  expect(shop.state('inventory', 'MUG')).toMatchObject({ received: 5, available: 3, reserved: 0, sold: 2 })
  expect(shop.state('payments', 'ada')).toMatchObject({ used: 3000 })
  expect(shop.state('notifications', orderId('1')).sent).toEqual(['order-received', 'order-confirmed'])
})

test('one of two lines is out of stock: the other is released, nothing is charged', async () => {
  const shop = await openShop({ MUG: 5, TEA: 1 })
  await place(shop, ['2 MUG', '2 TEA'])
  await shop.run()
  expect(news(shop)).toEqual([
    ...placed,
    'inventory ReserveStock: StockReserved',
    'orders ReserveLine: OrderLineReserved',
    'inventory ReserveStock: StockReservationRefused',
    'orders CancelOrder: OrderCancelled',
    'payments RefundPayment: PaymentVoided',
    'inventory ReleaseStock: StockReleased',
    'inventory ReleaseStock: unchanged',
    'shipping CancelShipment: ShipmentCancelled',
    'notifications NotifyCustomer: NotificationSent',
    'notifications NotifyCustomer: NotificationSent',
  ])
  expect(shop.events('orders').find(({ type }) => type === 'orders.OrderCancelled')?.data).toMatchObject({
    reason: 'out-of-stock',
    detail: '2 of TEA asked for, 1 available.',
  })
  expect(shop.state('inventory', 'MUG')).toMatchObject({ available: 5, reserved: 0, sold: 0 })
})

test('a product that was never received is out of stock', async () => {
  const shop = await openShop({})
  await place(shop, ['1 GHOST'])
  await shop.run()
  expect(shop.state('orders', orderId('1'))).toMatchObject({ status: 'cancelled' })
  expect(shop.state('inventory', 'GHOST')).toMatchObject({ received: 0, available: 0, reserved: 0, sold: 0 })
})

test('credit refused: the stock is released', async () => {
  const shop = await openShop({ MUG: 60, TEA: 5 })
  await place(shop, ['50 MUG', '1 TEA'])
  await shop.run()
  expect(news(shop)).toEqual([
    ...placed,
    ...reserved,
    'payments AuthorizePayment: PaymentDeclined',
    'orders CancelOrder: OrderCancelled',
    'payments RefundPayment: unchanged',
    'inventory ReleaseStock: StockReleased',
    'inventory ReleaseStock: StockReleased',
    'shipping CancelShipment: ShipmentCancelled',
    'notifications NotifyCustomer: NotificationSent',
    'notifications NotifyCustomer: NotificationSent',
  ])
  expect(shop.events('orders').find(({ type }) => type === 'orders.OrderCancelled')?.data).toMatchObject({ reason: 'credit-refused' })
  expect(shop.state('payments', 'ada')).toMatchObject({ used: 0 })
})

test('the customer cancels before the stock is reserved', async () => {
  const shop = await openShop({ MUG: 5, TEA: 5 })
  await place(shop, ['2 MUG', '1 TEA'])
  await runUntil(shop, 'orders PlaceOrder: OrderPlaced')
  await customerCancels(shop)
  await shop.run()
  expect(news(shop)).toEqual([
    ...placed,
    'orders CancelOrder: OrderCancelled',
    'payments RefundPayment: PaymentVoided',
    'inventory ReserveStock: StockReserved',
    'orders ReserveLine: unchanged',
    'inventory ReserveStock: StockReserved',
    'orders ReserveLine: unchanged',
    'inventory ReleaseStock: StockReleased',
    'inventory ReleaseStock: StockReleased',
    'shipping CancelShipment: ShipmentCancelled',
    'notifications NotifyCustomer: NotificationSent',
    'notifications NotifyCustomer: NotificationSent',
  ])
})

test('the customer cancels while payments authorises: the payment is refunded', async () => {
  const shop = await openShop({ MUG: 5, TEA: 5 })
  await place(shop, ['2 MUG', '1 TEA'])
  await runUntil(shop, 'payments AuthorizePayment: PaymentAuthorized')
  await customerCancels(shop)
  await shop.run()
  expect(news(shop)).toEqual([
    ...placed,
    ...reserved,
    'payments AuthorizePayment: PaymentAuthorized',
    'orders CancelOrder: OrderCancelled',
    'orders PayOrder: unchanged',
    'payments RefundPayment: PaymentRefunded',
    'inventory ReleaseStock: StockReleased',
    'inventory ReleaseStock: StockReleased',
    'inventory SellStock: unchanged',
    'inventory SellStock: unchanged',
    'shipping CancelShipment: ShipmentCancelled',
    'shipping BookShipment: unchanged',
    'notifications NotifyCustomer: NotificationSent',
    'notifications NotifyCustomer: NotificationSent',
    'notifications NotifyCustomer: NotificationSent',
  ])
  expect(shop.state('payments', 'ada')).toMatchObject({ used: 0 })
})

test('the customer cancels a confirmed order: sold stock comes back, the payment is refunded, the shipment cancelled', async () => {
  const shop = await openShop({ MUG: 5, TEA: 5 })
  await place(shop, ['2 MUG', '1 TEA'])
  await shop.run()
  news(shop)
  await customerCancels(shop)
  await shop.run()
  expect(news(shop)).toEqual([
    'orders CancelOrder: OrderCancelled',
    'payments RefundPayment: PaymentRefunded',
    'inventory ReleaseStock: StockReleased',
    'inventory ReleaseStock: StockReleased',
    'shipping CancelShipment: ShipmentCancelled',
    'notifications NotifyCustomer: NotificationSent',
    'notifications NotifyCustomer: NotificationSent',
  ])
  expect(shop.state('inventory', 'MUG')).toMatchObject({ received: 5, available: 5, reserved: 0, sold: 0 })
  expect(shop.state('payments', 'ada')).toMatchObject({ used: 0 })
})

test('a shipped order cannot be cancelled', async () => {
  const shop = await openShop({ MUG: 5, TEA: 5 })
  await place(shop, ['2 MUG', '1 TEA'])
  await shop.run()
  await warehouseDispatches(shop)
  await shop.run()
  news(shop)
  await customerCancels(shop)
  await shop.run()
  expect(news(shop)).toEqual(['orders CancelOrder: refused ORDER_ALREADY_SHIPPED'])
  expect(shop.state('orders', orderId('1'))).toMatchObject({ status: 'shipped' })
})

test('a cancellation that races the dispatch recalls the parcel', async () => {
  const shop = await openShop({ MUG: 5, TEA: 5 })
  await place(shop, ['2 MUG', '1 TEA'])
  await shop.run()
  await warehouseDispatches(shop)
  await runUntil(shop, 'shipping DispatchParcel: ParcelDispatched')
  news(shop)
  await customerCancels(shop)
  await shop.run()
  expect(news(shop)).toEqual([
    'orders CancelOrder: OrderCancelled',
    'orders ShipOrder: unchanged',
    'payments RefundPayment: PaymentRefunded',
    'inventory ReleaseStock: StockReleased',
    'inventory ReleaseStock: StockReleased',
    'shipping CancelShipment: ParcelRecalled',
    'notifications NotifyCustomer: NotificationSent',
    'notifications NotifyCustomer: NotificationSent',
  ])
})

test("shipping's news overtake payments': the order still records that it was paid", async () => {
  const shop = await openShop({ MUG: 5, TEA: 5 })
  await place(shop, ['2 MUG', '1 TEA'])
  await shop.run((steps) => steps.find(({ name }) => !name.startsWith('orders reads payments')))
  expect(news(shop)).toContain('orders ConfirmOrder: OrderPaid, OrderConfirmed')
  await shop.run()
  expect(news(shop)).toEqual(['orders PayOrder: unchanged'])
})
