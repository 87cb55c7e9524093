import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { expect, test } from 'vitest'
import { orderSnapshot, respondBy } from '../order-snapshots.ts'
import { recordSpans } from '../services/shared/runtime/recorded-spans.ts'
import { ShopInMemory } from './shop-in-memory.ts'

const idOf = (span: ReadableSpan): string => span.spanContext().spanId

test('an order is one trace through all services: each decision and reaction goes on from, and is linked to, the span that led to it', async () => {
  const shop = new ShopInMemory()
  const stocked = { sku: 'MUG', quantity: 5, receiptId: 'opening' }
  await shop.send('inventory', { aggregateId: 'MUG', command: { type: 'ReceiveStock', data: stocked } })
  await shop.run()
  using traced = recordSpans()
  const order = orderSnapshot('1', ['2 MUG'])
  await shop.send('orders', { aggregateId: order.orderId, command: { type: 'PlaceOrder', data: { order, requestHash: 'h', respondBy } } })
  await shop.run()
  await shop.stop()

  const spans = traced.ended()
  const [root, ...others] = spans.filter(({ parentSpanContext }) => !parentSpanContext)
  expect(root?.name).toBe('decide PlaceOrder')
  expect(others).toEqual([])
  const byId = new Map(spans.map((span) => [idOf(span), span]))
  expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1)
  for (const { name, parentSpanContext, links } of spans.filter((span) => span !== root)) {
    expect(byId.has(parentSpanContext?.spanId ?? ''), `parent of ${name}`).toBe(true)
    const linked = links.map(({ context }) => context.spanId)
    expect(linked, name).toEqual(name.startsWith('transaction ') ? [] : [parentSpanContext?.spanId])
  }
  /** From the POST on: the words of the saga, each below what it follows from. */
  const path = (span: ReadableSpan | undefined): string[] =>
    span ? [...path(byId.get(span.parentSpanContext?.spanId ?? '')), span.name] : []
  const last = spans.findLast(({ attributes }) => String(attributes['breakwater.events']) === 'orders.OrderConfirmed')
  expect(path(last)).toEqual([
    'decide PlaceOrder',
    'event orders.OrderPlaced',
    'decide ReserveStock',
    'event inventory.StockReserved',
    'decide ReserveLine',
    'event orders.OrderReserved',
    'decide AuthorizePayment',
    'event payments.PaymentAuthorized',
    'decide BookShipment',
    'event shipping.ShipmentBooked',
    'decide ConfirmOrder',
  ])
  const decisions = spans.filter(({ name }) => name.startsWith('decide '))
  const transactions = spans.filter(({ name }) => name.startsWith('transaction '))
  expect(transactions.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(decisions.map(idOf))
})
