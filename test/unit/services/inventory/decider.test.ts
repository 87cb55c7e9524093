import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { InventoryCommand } from '../../../../services/inventory/decider/commands.ts'
import { inventoryDecider } from '../../../../services/inventory/decider/decider.ts'
import { isRefused } from '../../../../services/shared/runtime/event-sourcing/decider.ts'
import { specify } from '../../given-when-then.ts'
import { orderSnapshot } from '../../order-snapshots.ts'

const given = specify(inventoryDecider)
const sku = 'MUG'
const order = orderSnapshot('1', ['2 MUG'])
const { orderId } = order

const received = { type: 'inventory.StockReceived', data: { sku, quantity: 5, receiptId: 'r1' } } as const
const reserved = { type: 'inventory.StockReserved', data: { sku, quantity: 2, order } } as const
const sold = { type: 'inventory.StockSold', data: { sku, quantity: 2, orderId } } as const
const released = { type: 'inventory.StockReleased', data: { sku, quantity: 2, orderId, from: 'reserved' } } as const
const releasedFromSold = { type: 'inventory.StockReleased', data: { sku, quantity: 2, orderId, from: 'sold' } } as const
const refused = { type: 'inventory.StockReservationRefused', data: { sku, quantity: 2, available: 0, order } } as const
const voided = { type: 'inventory.ReservationVoided', data: { sku, orderId } } as const

const receive = { type: 'ReceiveStock', data: received.data } as const
const reserve = { type: 'ReserveStock', data: { sku, quantity: 2, order } } as const
const sell = { type: 'SellStock', data: { sku, orderId } } as const
const release = { type: 'ReleaseStock', data: { sku, orderId } } as const

test('stock is received', () => given().when(receive).thenEvents(received))
test('a receipt is booked once', () => given(received).when(receive).thenEvents())
test('a receipt with another quantity is another receipt', () => {
  given(received)
    .when({ type: 'ReceiveStock', data: { ...received.data, quantity: 6 } })
    .thenRefused('RECEIPT_REUSED')
})

test('stock that is there is reserved', () => given(received).when(reserve).thenEvents(reserved))
test('the last piece can be reserved, and no more', () => {
  const last = { sku, quantity: 5, order } as const
  given(received).when({ type: 'ReserveStock', data: last }).thenEvents({ type: 'inventory.StockReserved', data: last })
  const more = { sku, quantity: 6, order } as const
  given(received)
    .when({ type: 'ReserveStock', data: more })
    .thenEvents({ type: 'inventory.StockReservationRefused', data: { ...more, available: 5 } })
})
test('stock that is not there is refused', () => given().when(reserve).thenEvents(refused))
test('an order is answered once', () => {
  given(received, reserved).when(reserve).thenEvents()
  given(refused, received).when(reserve).thenEvents()
  given(received, voided).when(reserve).thenEvents()
  given(received, reserved, released).when(reserve).thenEvents()
})

test('reserved stock is sold, once', () => {
  given(received, reserved).when(sell).thenEvents(sold)
  given(received, reserved, sold).when(sell).thenEvents()
})
test('what was released is not sold any more', () => {
  given(received, reserved, released).when(sell).thenEvents()
  given(received, voided).when(sell).thenEvents()
})
test('what was not reserved cannot be sold', () => {
  given(received).when(sell).thenRefused('STOCK_NOT_RESERVED')
  given(refused).when(sell).thenRefused('STOCK_NOT_RESERVED')
})

test('an ended order gives back what it holds', () => {
  given(received, reserved).when(release).thenEvents(released)
  given(received, reserved, sold).when(release).thenEvents(releasedFromSold)
})
test('an ended order that holds nothing yet is remembered', () => given(received).when(release).thenEvents(voided))
test('nothing is given back twice', () => {
  given(received, reserved, released).when(release).thenEvents()
  given(received, voided).when(release).thenEvents()
  given(refused).when(release).thenEvents()
})

const anyCommand: fc.Arbitrary<InventoryCommand> = fc.oneof(
  fc
    .record({ quantity: fc.integer({ min: 1, max: 9 }), receiptId: fc.constantFrom('r1', 'r2', 'r3') })
    .map((data): InventoryCommand => ({ type: 'ReceiveStock', data: { sku, ...data } })),
  fc.tuple(fc.constantFrom('1', '2', '3'), fc.integer({ min: 1, max: 9 })).map(
    ([name, quantity]): InventoryCommand => ({
      type: 'ReserveStock',
      data: { sku, quantity, order: orderSnapshot(name, [`${quantity} MUG`]) },
    }),
  ),
  fc
    .tuple(fc.constantFrom('1', '2', '3'), fc.constantFrom('SellStock', 'ReleaseStock'))
    .map(([name, type]): InventoryCommand => ({ type, data: { sku, orderId: orderSnapshot(name, ['1 MUG']).orderId } })),
)

test('whatever comes, in any order and repeatedly: received = available + reserved + sold, and these are what the orders hold', () => {
  fc.assert(
    fc.property(fc.array(anyCommand, { minLength: 30, maxLength: 60 }), (commands) => {
      const end = commands.reduce((state, command) => {
        const decision = inventoryDecider.decide(command, state)
        return isRefused(decision) ? state : decision.reduce(inventoryDecider.evolve, state)
      }, inventoryDecider.initial)
      const held = (status: 'reserved' | 'sold') =>
        end.holdings.valueSeq().reduce((sum, holding) => sum + (holding.status === status ? holding.quantity : 0), 0)
      expect(end.available + end.reserved + end.sold).toBe(end.received)
      expect(end.available).toBeGreaterThanOrEqual(0)
      expect([end.reserved, end.sold]).toEqual([held('reserved'), held('sold')])
    }),
  )
})
