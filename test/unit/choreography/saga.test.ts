import { expect, test } from 'vitest'
import { orderId, orderSlip, respondBy } from '../order-slips.ts'
import { ShopInMemory } from './shop-in-memory.ts'

function openShop(stock: Readonly<Record<string, number>>): ShopInMemory {
  const shop = new ShopInMemory()
  for (const [sku, quantity] of Object.entries(stock)) {
    shop.send('inventory', { aggregateId: sku, command: { type: 'ReceiveStock', data: { sku, quantity, receiptId: 'opening' } } })
  }
  shop.run()
  shop.log.length = 0
  return shop
}

function place(shop: ShopInMemory, lines: readonly string[]): void {
  const order = orderSlip('1', lines)
  shop.send('orders', { aggregateId: order.orderId, command: { type: 'PlaceOrder', data: { order, requestHash: 'h', respondBy } } })
}

function customerCancels(shop: ShopInMemory): void {
  const data = { orderId: orderId('1'), reason: 'customer', detail: 'Cancelled by the customer.' }
  shop.send('orders', { aggregateId: orderId('1'), command: { type: 'CancelOrder', data } })
}

function warehouseDispatches(shop: ShopInMemory): void {
  shop.send('shipping', { aggregateId: orderId('1'), command: { type: 'DispatchParcel', data: { orderId: orderId('1') } } })
}

/** Runs until the service has decided the command and nobody has heard of it yet. */
function runUntil(shop: ShopInMemory, line: string): void {
  shop.run((steps) => (shop.log.includes(line) ? undefined : steps[0]))
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

test('an order is reserved line by line, paid, sold, booked and confirmed', () => {
  const shop = openShop({ MUG: 5, TEA: 5 })
  place(shop, ['2 MUG', '1 TEA'])
  shop.run()
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

test('one of two lines is out of stock: the other is released, nothing is charged', () => {
  const shop = openShop({ MUG: 5, TEA: 1 })
  place(shop, ['2 MUG', '2 TEA'])
  shop.run()
  expect(news(shop)).toEqual([
    ...placed,
    'inventory ReserveStock: StockReserved',
    'orders ReserveLine: OrderLineReserved',
    'inventory ReserveStock: StockReservationRefused',
    'orders CancelOrder: OrderCancelled',
    'inventory ReleaseStock: StockReleased',
    'inventory ReleaseStock: unchanged',
    'payments RefundPayment: PaymentVoided',
    'shipping CancelShipment: ShipmentCancelled',
    'notifications NotifyCustomer: NotificationSent',
    'notifications NotifyCustomer: NotificationSent',
  ])
  expect(shop.events.find(({ type }) => type === 'orders.OrderCancelled')?.data).toMatchObject({
    reason: 'out-of-stock',
    detail: '2 of TEA asked for, 1 available.',
  })
  expect(shop.state('inventory', 'MUG')).toMatchObject({ available: 5, reserved: 0, sold: 0 })
})

test('a product that was never received is out of stock', () => {
  const shop = openShop({})
  place(shop, ['1 GHOST'])
  shop.run()
  expect(shop.state('orders', orderId('1'))).toMatchObject({ status: 'cancelled' })
  expect(shop.state('inventory', 'GHOST')).toMatchObject({ received: 0, available: 0, reserved: 0, sold: 0 })
})

test('credit refused: the stock is released', () => {
  const shop = openShop({ MUG: 60, TEA: 5 })
  place(shop, ['50 MUG', '1 TEA'])
  shop.run()
  expect(news(shop)).toEqual([
    ...placed,
    ...reserved,
    'payments AuthorizePayment: PaymentDeclined',
    'orders CancelOrder: OrderCancelled',
    'inventory ReleaseStock: StockReleased',
    'inventory ReleaseStock: StockReleased',
    'payments RefundPayment: unchanged',
    'shipping CancelShipment: ShipmentCancelled',
    'notifications NotifyCustomer: NotificationSent',
    'notifications NotifyCustomer: NotificationSent',
  ])
  expect(shop.events.find(({ type }) => type === 'orders.OrderCancelled')?.data).toMatchObject({ reason: 'credit-refused' })
  expect(shop.state('payments', 'ada')).toMatchObject({ used: 0 })
})

test('the customer cancels before the stock is reserved', () => {
  const shop = openShop({ MUG: 5, TEA: 5 })
  place(shop, ['2 MUG', '1 TEA'])
  runUntil(shop, 'orders PlaceOrder: OrderPlaced')
  customerCancels(shop)
  shop.run()
  expect(news(shop)).toEqual([
    ...placed,
    'orders CancelOrder: OrderCancelled',
    'inventory ReserveStock: StockReserved',
    'orders ReserveLine: unchanged',
    'inventory ReserveStock: StockReserved',
    'orders ReserveLine: unchanged',
    'inventory ReleaseStock: StockReleased',
    'inventory ReleaseStock: StockReleased',
    'payments RefundPayment: PaymentVoided',
    'shipping CancelShipment: ShipmentCancelled',
    'notifications NotifyCustomer: NotificationSent',
    'notifications NotifyCustomer: NotificationSent',
  ])
})

test('the customer cancels while payments authorises: the payment is refunded', () => {
  const shop = openShop({ MUG: 5, TEA: 5 })
  place(shop, ['2 MUG', '1 TEA'])
  runUntil(shop, 'payments AuthorizePayment: PaymentAuthorized')
  customerCancels(shop)
  shop.run()
  expect(news(shop)).toEqual([
    ...placed,
    ...reserved,
    'payments AuthorizePayment: PaymentAuthorized',
    'orders CancelOrder: OrderCancelled',
    'orders PayOrder: unchanged',
    'inventory ReleaseStock: StockReleased',
    'inventory ReleaseStock: StockReleased',
    'inventory SellStock: unchanged',
    'inventory SellStock: unchanged',
    'payments RefundPayment: PaymentRefunded',
    'shipping CancelShipment: ShipmentCancelled',
    'shipping BookShipment: unchanged',
    'notifications NotifyCustomer: NotificationSent',
    'notifications NotifyCustomer: NotificationSent',
    'notifications NotifyCustomer: NotificationSent',
  ])
  expect(shop.state('payments', 'ada')).toMatchObject({ used: 0 })
})

test('the customer cancels a confirmed order: sold stock comes back, the payment is refunded, the shipment cancelled', () => {
  const shop = openShop({ MUG: 5, TEA: 5 })
  place(shop, ['2 MUG', '1 TEA'])
  shop.run()
  news(shop)
  customerCancels(shop)
  shop.run()
  expect(news(shop)).toEqual([
    'orders CancelOrder: OrderCancelled',
    'inventory ReleaseStock: StockReleased',
    'inventory ReleaseStock: StockReleased',
    'payments RefundPayment: PaymentRefunded',
    'shipping CancelShipment: ShipmentCancelled',
    'notifications NotifyCustomer: NotificationSent',
    'notifications NotifyCustomer: NotificationSent',
  ])
  expect(shop.state('inventory', 'MUG')).toMatchObject({ received: 5, available: 5, reserved: 0, sold: 0 })
  expect(shop.state('payments', 'ada')).toMatchObject({ used: 0 })
})

test('a shipped order cannot be cancelled', () => {
  const shop = openShop({ MUG: 5, TEA: 5 })
  place(shop, ['2 MUG', '1 TEA'])
  shop.run()
  warehouseDispatches(shop)
  shop.run()
  news(shop)
  customerCancels(shop)
  shop.run()
  expect(news(shop)).toEqual(['orders CancelOrder: refused ORDER_ALREADY_SHIPPED'])
  expect(shop.state('orders', orderId('1'))).toMatchObject({ status: 'shipped' })
})

test('a cancellation that races the dispatch recalls the parcel', () => {
  const shop = openShop({ MUG: 5, TEA: 5 })
  place(shop, ['2 MUG', '1 TEA'])
  shop.run()
  warehouseDispatches(shop)
  runUntil(shop, 'shipping DispatchParcel: ParcelDispatched')
  news(shop)
  customerCancels(shop)
  shop.run()
  expect(news(shop)).toEqual([
    'orders CancelOrder: OrderCancelled',
    'orders ShipOrder: unchanged',
    'inventory ReleaseStock: StockReleased',
    'inventory ReleaseStock: StockReleased',
    'payments RefundPayment: PaymentRefunded',
    'shipping CancelShipment: ParcelRecalled',
    'notifications NotifyCustomer: NotificationSent',
    'notifications NotifyCustomer: NotificationSent',
  ])
})

test("shipping's news overtake payments': the order still records that it was paid", () => {
  const shop = openShop({ MUG: 5, TEA: 5 })
  place(shop, ['2 MUG', '1 TEA'])
  shop.run((steps) => steps.find(({ name }) => !name.startsWith('orders hears payments')))
  expect(news(shop)).toContain('orders ConfirmOrder: OrderPaid, OrderConfirmed')
  shop.run()
  expect(news(shop)).toEqual(['orders PayOrder: unchanged'])
})
