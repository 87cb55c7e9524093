import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { percentile } from '../../../../scripts/checks/percentile.ts'
import { orderStream } from '../../../../scripts/synthetic-orders/order-stream.ts'
import { IdempotencyKey, OrderRequest } from '../../../../services/shared/contracts/api/orders.ts'

const stream = (seed: string, count = 50) => [...orderStream({ seed, count, customers: 5 })]

test('the same seed sends the same orders, another seed other ones', () => {
  expect(stream('a')).toEqual(stream('a'))
  expect(stream('a').map(({ request }) => request.lines)).not.toEqual(stream('b').map(({ request }) => request.lines))
})

test('every order is one that the gateway takes: valid, no SKU twice, customers in turn', () => {
  const orders = stream('a')
  for (const { idempotencyKey, request } of orders) {
    expect(Value.Check(IdempotencyKey, idempotencyKey)).toBe(true)
    expect(Value.Check(OrderRequest, request)).toBe(true)
    expect(new Set(request.lines.map(({ sku }) => sku)).size).toBe(request.lines.length)
  }
  expect(new Set(orders.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(orders.length)
  expect(new Set(orders.map(({ request }) => request.customerId)).size).toBe(5)
})

test('a percentile is a value that was measured', () => {
  expect(percentile([], 0.5)).toBeUndefined()
  expect(percentile([3, 1, 2], 0.5)).toBe(2)
  expect(percentile([1, 2, 3, 4], 0.5)).toBe(2)
  expect(percentile([5], 0.99)).toBe(5)
  expect(percentile([10, 9, 100], 0.99)).toBe(100)
})
