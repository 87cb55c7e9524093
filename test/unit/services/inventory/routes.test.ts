import { expect, test } from 'vitest'
import { inventoryService } from '../../../../services/inventory/app.ts'
import { evolve, type InventoryEvent, initial, type StockState } from '../../../../services/inventory/decider/evolve.ts'
import { orderSnapshot } from '../../order-snapshots.ts'
import { serviceInMemory } from '../../service-in-memory.ts'

const order = orderSnapshot('1', ['2 MUG'])

/** @param ofMugs what happened to them after some were received */
const inventory = (...ofMugs: readonly InventoryEvent[]) =>
  serviceInMemory(
    inventoryService(),
    ['MUG', { type: 'inventory.StockReceived', data: { sku: 'MUG', quantity: 5, receiptId: 'r1' } }, ...ofMugs],
    ['TEA', { type: 'inventory.StockReceived', data: { sku: 'TEA', quantity: 7, receiptId: 'r1' } }],
  )

const receive = (payload: unknown, key?: string) => ({
  method: 'POST' as const,
  url: '/stock/MUG/receipts',
  headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
  payload: JSON.stringify(payload),
})

test('availability follows the stock through reservation, sale and release', async () => {
  const after = async (...events: InventoryEvent[]) => (await inventory(...events).app.inject('/availability/MUG')).json()
  const reserved: InventoryEvent = { type: 'inventory.StockReserved', data: { sku: 'MUG', quantity: 2, order } }
  const sold: InventoryEvent = { type: 'inventory.StockSold', data: { sku: 'MUG', quantity: 2, orderId: order.orderId } }
  const released: InventoryEvent = {
    type: 'inventory.StockReleased',
    data: { sku: 'MUG', quantity: 2, orderId: order.orderId, from: 'sold' },
  }
  expect(await after()).toEqual({ sku: 'MUG', available: 5, reserved: 0, sold: 0, received: 5 })
  expect(await after(reserved)).toEqual({ sku: 'MUG', available: 3, reserved: 2, sold: 0, received: 5 })
  expect(await after(reserved, sold)).toEqual({ sku: 'MUG', available: 3, reserved: 0, sold: 2, received: 5 })
  expect(await after(reserved, sold, released)).toEqual({ sku: 'MUG', available: 5, reserved: 0, sold: 0, received: 5 })
})

test('a SKU that nobody has received has no stock', async () => {
  expect((await inventory().app.inject('/availability/GHOST')).json()).toEqual({
    sku: 'GHOST',
    available: 0,
    reserved: 0,
    sold: 0,
    received: 0,
  })
})

test.each([
  ['/availability', ['MUG', 'TEA']],
  ['/availability?sku=TEA', ['TEA']],
  ['/availability?sku=TEA&sku=GHOST', ['TEA', 'GHOST']],
])('availability of several: %s', async (url, skus) => {
  const { items } = (await inventory().app.inject(url)).json()
  expect(items.map(({ sku }: { sku: string }) => sku)).toEqual(skus)
})

test('a receipt adds stock once', async () => {
  const { app } = inventory()
  for (const _attempt of [1, 2]) expect((await app.inject(receive({ quantity: 10 }, 'receipt-2'))).statusCode).toBe(204)
  expect((await app.inject('/availability/MUG')).json()).toMatchObject({ available: 15, received: 15 })
  const other = await app.inject(receive({ quantity: 11 }, 'receipt-2'))
  expect([other.statusCode, other.json().code]).toEqual([409, 'RECEIPT_REUSED'])
})

test.each([
  ['no key', { quantity: 1 }, undefined],
  ['a garbage key', { quantity: 1 }, 'a key with blanks'],
  ['nothing', { quantity: 0 }, 'receipt-2'],
  ['more than a warehouse', { quantity: 1_000_000_001 }, 'receipt-2'],
  ['text', { quantity: '1' }, 'receipt-2'],
])('bad input is refused and nothing is submitted: %s', async (_name, payload, key) => {
  const { app, submitted } = inventory()
  const answer = await app.inject(receive(payload, key))
  expect([answer.statusCode, answer.json().code]).toEqual([400, 'VALIDATION_FAILED'])
  expect(submitted).toEqual([])
})

test('a garbage SKU is refused', async () => {
  for (const url of ['/availability/mug', '/availability?sku=m%20g']) expect((await inventory().app.inject(url)).statusCode).toBe(400)
})

test('seed commands receive the first stock once, whatever else was received', () => {
  const service = inventoryService()
  const sku = service.seedCommands?.()[0]?.aggregateId ?? ''
  const isSeeded = () => !service.seedCommands?.().some(({ aggregateId }) => aggregateId === sku)
  const received = (state: StockState, receiptId: string) =>
    evolve(state, { type: 'inventory.StockReceived', data: { sku, quantity: 1, receiptId } })
  const other = received(initial, 'another')
  service.view?.(sku, other)
  expect(isSeeded()).toBe(false)
  service.view?.(sku, received(other, 'opening'))
  expect(isSeeded()).toBe(true)
})
