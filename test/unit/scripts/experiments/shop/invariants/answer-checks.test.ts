import { expect, test } from 'vitest'
import { createAccounts } from '../../../../../../scripts/experiments/shop/invariants/accounts.ts'
import { type Answers, answerChecks } from '../../../../../../scripts/experiments/shop/invariants/answer-checks.ts'
import type { DomainEvent } from '../../../../../../services/shared/contracts/events/events.ts'
import type { OrderSnapshot } from '../../../../../../services/shared/contracts/values.ts'

const order: OrderSnapshot = {
  orderId: `ord_${'a'.repeat(22)}`,
  customerId: 'ann',
  lines: [{ sku: 'MUG-BLUE', quantity: 2, unitPrice: 1450 }],
  total: 2900,
  shipTo: { name: 'Ann', street: '1 Quay', city: 'Harbour', postalCode: '10000', country: 'DE' },
}
const { orderId } = order
const bought: readonly DomainEvent[] = [
  { type: 'inventory.StockReceived', data: { sku: 'MUG-BLUE', quantity: 10, receiptId: 'first' } },
  { type: 'inventory.StockReserved', data: { sku: 'MUG-BLUE', quantity: 2, order } },
  { type: 'payments.PaymentAuthorized', data: { customerId: 'ann', amount: 2900, order } },
  { type: 'inventory.StockSold', data: { sku: 'MUG-BLUE', quantity: 2, orderId } },
]
const taken = { sku: 'MUG-BLUE', quantity: 1, order }

function accountsOf(events: readonly DomainEvent[]) {
  const accounts = createAccounts()
  for (const event of events) accounts.add(event)
  accounts.creditUsed.mark()
  accounts.stock.mark()
  return accounts
}

const answers: Answers = {
  availability: [{ sku: 'MUG-BLUE', available: 8, reserved: 0, sold: 2, received: 10 }],
  creditUsed: new Map([['ann', 2900]]),
}
const failed = (accounts: ReturnType<typeof accountsOf>, over: Partial<Answers> = {}) =>
  answerChecks(accounts, { ...answers, ...over })
    .filter(({ passed }) => !passed)
    .map(({ name }) => name)
const stock = (available: number, reserved: number, sold: number) => [{ sku: 'MUG-BLUE', available, reserved, sold, received: 10 }]

test('answers that are what the log says hold', () => {
  expect(failed(accountsOf(bought))).toEqual([])
})

test('a cancelled order gives back stock and credit', () => {
  const cancelled: DomainEvent[] = [
    { type: 'inventory.StockReleased', data: { sku: 'MUG-BLUE', quantity: 2, orderId, from: 'sold' } },
    { type: 'payments.PaymentRefunded', data: { customerId: 'ann', amount: 2900, orderId } },
  ]
  const given = { availability: stock(10, 0, 0), creditUsed: new Map([['ann', 0]]) }
  expect(failed(accountsOf([...bought, ...cancelled]), given)).toEqual([])
})

test('a customer of whom the log knows nothing has used nothing', () => {
  expect(failed(accountsOf(bought), { creditUsed: new Map([['bob', 0]]) })).toEqual([])
  expect(failed(accountsOf(bought), { creditUsed: new Map([['bob', 1]]) })).toHaveLength(1)
})

test('while others order, any state of the meantime is an answer; one from before it, or that never was, is not', () => {
  const accounts = accountsOf(bought)
  accounts.add({ type: 'inventory.StockReserved', data: taken })
  accounts.add({ type: 'payments.PaymentAuthorized', data: { customerId: 'ann', amount: 100, order } })
  accounts.add({ type: 'inventory.StockReserved', data: taken })
  for (const reserved of [0, 1, 2]) expect(failed(accounts, { availability: stock(8 - reserved, reserved, 2) })).toEqual([])
  expect(failed(accounts, { availability: stock(5, 3, 2) })).toHaveLength(1)
  expect(failed(accounts, { availability: stock(8, 2, 0) })).toHaveLength(1)
  for (const used of [2900, 3000]) expect(failed(accounts, { creditUsed: new Map([['ann', used]]) })).toEqual([])
  expect(failed(accounts, { creditUsed: new Map([['ann', 0]]) })).toHaveLength(1)
})

test.each<[string, Partial<Answers>, RegExp]>([
  ['credit that differs', { creditUsed: new Map([['ann', 2899]]) }, /credit used/],
  ['stock that vanished', { availability: stock(7, 0, 2) }, /received ≠/],
  ['stock that differs from the log', { availability: stock(7, 1, 2) }, /received ≠/],
  ['a SKU nobody answers for', { availability: [] }, /SKUs with stock/],
])('%s is found', (_, over, check) => {
  expect(failed(accountsOf(bought), over).join('\n')).toMatch(check)
})
