import { expect, test } from 'vitest'
import { createAccounts } from '../../../../../../scripts/experiments/shop/invariants/accounts.ts'

test("a customer's credit is what was authorised and not refunded", () => {
  const { add, creditUsed } = createAccounts()
  add({ type: 'payments.PaymentAuthorized', data: { customerId: 'alice', amount: 500 } })
  add({ type: 'payments.PaymentAuthorized', data: { customerId: 'alice', amount: 200 } })
  add({ type: 'payments.PaymentAuthorized', data: { customerId: 'bob', amount: 70 } })
  add({ type: 'payments.PaymentRefunded', data: { customerId: 'alice', amount: 500 } })
  expect(creditUsed.keys.map((customer) => [customer, creditUsed.get(customer)])).toEqual([
    ['alice', 200],
    ['bob', 70],
  ])
})

test('stock is received, then reserved, then sold or given back, from wherever it was', () => {
  const { add, stock } = createAccounts()
  const sku = 'MUG'
  add({ type: 'inventory.StockReceived', data: { sku, quantity: 10 } })
  add({ type: 'inventory.StockReserved', data: { sku, quantity: 6 } })
  add({ type: 'inventory.StockSold', data: { sku, quantity: 4 } })
  expect(stock.get(sku)).toEqual({ received: 10, reserved: 2, sold: 4 })
  add({ type: 'inventory.StockReleased', data: { sku, quantity: 1, from: 'reserved' } })
  add({ type: 'inventory.StockReleased', data: { sku, quantity: 3, from: 'sold' } })
  expect(stock.get(sku)).toEqual({ received: 10, reserved: 1, sold: 1 })
})

test('other events change no account', () => {
  const { add, creditUsed, stock } = createAccounts()
  add({ type: 'orders.OrderPlaced', data: { sku: 'MUG', customerId: 'alice', amount: 1, quantity: 1 } })
  expect([creditUsed.keys, stock.keys]).toEqual([[], []])
})
