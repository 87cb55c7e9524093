import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EventData } from '../../../services/shared/contracts/events/events.ts'
import { CancellationReason } from '../../../services/shared/contracts/events/orders.ts'
import type { OrderSnapshot } from '../../../services/shared/contracts/values.ts'
import { customers, type Day, live, plans, skus } from './day-in-the-shop.ts'
import { creditLimit, type Deciders, deciders, type ShopModel } from './shop-model.ts'

/** At every moment stock is conserved, and nobody uses more credit than he has. Without `expect`: it runs before each of some hundred thousand steps. */
function checkTotals(shop: ShopModel): void {
  for (const sku of skus) {
    const { received, available, reserved, sold } = shop.state('inventory', sku)
    const conserved = available + reserved + sold === received && Math.min(available, reserved, sold) >= 0
    if (!conserved) throw new Error(`${sku}: received ${received} is not available ${available} + reserved ${reserved} + sold ${sold}`)
  }
  for (const customer of customers) {
    const { used } = shop.state('payments', customer)
    if (used < 0 || used > creditLimit) throw new Error(`${customer} uses ${used} of ${creditLimit}`)
  }
}

/** At the end an order is confirmed or shipped, its goods sold and paid once; or it is cancelled and holds nothing. */
function checkOrder(shop: ShopModel, { orderId, customerId, total }: OrderSnapshot): 'kept' | 'ended' {
  const order = shop.state('orders', orderId).status
  const shipment = shop.state('shipping', orderId).status
  const payment = shop.state('payments', customerId).payments.get(orderId)
  const charges = shop.events.filter(({ type, data }) => type === 'payments.PaymentAuthorized' && orderIdOf(data) === orderId)
  expect(charges.length).toBeLessThanOrEqual(1)
  if (order === 'cancelled') {
    expect(['declined', 'refunded', 'voided']).toContain(payment?.status)
    expect(['cancelled', 'recalled']).toContain(shipment)
    return 'ended'
  }
  expect(payment).toEqual({ status: 'authorized', amount: total })
  expect([order, shipment]).toEqual(shipment === 'booked' ? ['confirmed', 'booked'] : ['shipped', 'dispatched'])
  return 'kept'
}

/** Stock and credit in use are those of the kept orders, and no others. */
function checkEnd({ shop, orders }: Day): void {
  const kept = orders.filter((order) => checkOrder(shop, order) === 'kept')
  const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)
  for (const sku of skus) {
    const sold = sum(kept.flatMap(({ lines }) => lines.filter((line) => line.sku === sku).map(({ quantity }) => quantity)))
    expect(shop.state('inventory', sku)).toMatchObject({ reserved: 0, sold })
  }
  for (const customer of customers) {
    const used = sum(kept.filter(({ customerId }) => customerId === customer).map(({ total }) => total))
    expect(shop.state('payments', customer).used).toBe(used)
  }
}

const orderIdOf = (data: unknown): unknown => (data as { order: OrderSnapshot }).order.orderId

/** Some seconds, and more on a busy machine. */
const timeout = 60_000

const everyOrderEnds = (rules: Deciders) => fc.property(plans, (plan) => checkEnd(live(plan, rules, checkTotals)))

test('in every order of messages, with redeliveries, each order ends confirmed or fully compensated', { timeout }, () => {
  fc.assert(everyOrderEnds(deciders), { numRuns: 300 })
})

test('the plans reach every ending: nothing above holds for want of cases', { timeout }, () => {
  const reached = new Set(
    fc.sample(plans, { seed: 1, numRuns: 200 }).flatMap((plan) => {
      const { shop, orders } = live(plan, deciders, () => undefined)
      const cancelled = shop.events.filter((event) => event.type === 'orders.OrderCancelled')
      const reasons = cancelled.map(({ data }) => `cancelled: ${(data as EventData<'orders.OrderCancelled'>).reason}`)
      const ends = orders.flatMap(({ orderId, customerId }) => [
        `order ${shop.state('orders', orderId).status}`,
        `payment ${shop.state('payments', customerId).payments.get(orderId)?.status}`,
        `shipment ${shop.state('shipping', orderId).status}`,
      ])
      return [...ends, ...reasons]
    }),
  )
  const reasons = CancellationReason.anyOf.map((reason) => `cancelled: ${reason.const}`)
  const orders = ['order cancelled', 'order confirmed', 'order shipped']
  const payments = ['payment authorized', 'payment declined', 'payment refunded', 'payment voided']
  const shipments = ['shipment booked', 'shipment cancelled', 'shipment dispatched', 'shipment recalled']
  expect([...reached].sort()).toEqual([...reasons.sort(), ...orders, ...payments, ...shipments])
})

test('negative control: an inventory that forgets what it answered is found out', () => {
  const { initial, decide, evolve } = deciders.inventory
  const forgetful: Deciders['inventory'] = {
    initial,
    evolve,
    decide: (command, state) => decide(command, command.type === 'ReserveStock' ? { ...state, holdings: initial.holdings } : state),
  }
  expect(fc.check(everyOrderEnds({ ...deciders, inventory: forgetful }), { numRuns: 1000, endOnFailure: true }).failed).toBe(true)
})

test('negative control: payments that forget what they answered are found out', () => {
  const { initial, decide, evolve } = deciders.payments
  const forgetful: Deciders['payments'] = {
    initial,
    evolve,
    decide: (command, state) => decide(command, command.type === 'AuthorizePayment' ? { ...state, payments: initial.payments } : state),
  }
  expect(fc.check(everyOrderEnds({ ...deciders, payments: forgetful }), { numRuns: 1000, endOnFailure: true }).failed).toBe(true)
})

test('negative control: payments that forget an order which ended before they were asked charge for it later, and are found out', () => {
  const { initial, decide, evolve } = deciders.payments
  const lax: Deciders['payments'] = {
    initial,
    evolve,
    decide: (command, state) =>
      command.type === 'RefundPayment' && !state.payments.has(command.data.orderId) ? [] : decide(command, state),
  }
  expect(fc.check(everyOrderEnds({ ...deciders, payments: lax }), { numRuns: 1000, endOnFailure: true }).failed).toBe(true)
})
