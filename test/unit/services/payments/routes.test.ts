import { expect, test } from 'vitest'
import { paymentsService } from '../../../../services/payments/app.ts'
import type { PaymentsEvent } from '../../../../services/payments/decider/evolve.ts'
import { orderSnapshot } from '../../order-snapshots.ts'
import { serviceInMemory } from '../../service-in-memory.ts'

const order = orderSnapshot('1', ['2 MUG'])
const { orderId, total: amount } = order
/** @param ofAda what happened to her account before */
const payments = (...ofAda: readonly PaymentsEvent[]) => serviceInMemory(paymentsService(50_00), ['ada', ...ofAda])
const authorized: PaymentsEvent = { type: 'payments.PaymentAuthorized', data: { customerId: 'ada', amount, order } }

const changeLimit = (payload: string, customer = 'ada') => ({
  method: 'PUT' as const,
  url: `/customers/${customer}/credit-limit`,
  headers: { 'content-type': 'application/json' },
  payload,
})

test('a new customer has the default limit', async () => {
  expect((await payments().app.inject('/customers/ada/credit')).json()).toEqual({ customerId: 'ada', limit: 5000, used: 0, left: 5000 })
})

test('credit follows payments and refunds', async () => {
  const after = async (...events: PaymentsEvent[]) => (await payments(...events).app.inject('/customers/ada/credit')).json()
  const refunded: PaymentsEvent = { type: 'payments.PaymentRefunded', data: { customerId: 'ada', amount, orderId } }
  expect(await after(authorized)).toEqual({ customerId: 'ada', limit: 5000, used: 2000, left: 3000 })
  expect(await after(authorized, refunded)).toEqual({ customerId: 'ada', limit: 5000, used: 0, left: 5000 })
})

test('a limit is changed; below what is used nothing is left', async () => {
  const { app } = payments(authorized)
  expect((await app.inject(changeLimit('{"limit":100}'))).statusCode).toBe(204)
  expect((await app.inject('/customers/ada/credit')).json()).toEqual({ customerId: 'ada', limit: 100, used: 2000, left: 0 })
})

test.each([
  ['malformed JSON', '{', 'ada', 'MALFORMED_JSON'],
  ['a negative limit', '{"limit":-1}', 'ada', 'VALIDATION_FAILED'],
  ['a limit beyond all bounds', '{"limit":1e18}', 'ada', 'VALIDATION_FAILED'],
  ['a garbage customer', '{"limit":1}', '%20', 'VALIDATION_FAILED'],
])('bad input is refused and nothing is submitted: %s', async (_name, payload, customer, code) => {
  const { app, submitted } = payments()
  const answer = await app.inject(changeLimit(payload, customer))
  expect([answer.statusCode, answer.json().code]).toEqual([400, code])
  expect(submitted).toEqual([])
})
