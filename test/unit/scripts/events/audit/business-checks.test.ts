import { expect, test } from 'vitest'
import { logChecks } from '../../../../../scripts/events/audit/business-checks.ts'
import { createBusinessFacts } from '../../../../../scripts/events/audit/business-facts.ts'
import type { DomainEvent } from '../../../../../services/shared/contracts/events/events.ts'
import type { OrderSnapshot } from '../../../../../services/shared/contracts/values.ts'

const order: OrderSnapshot = {
  orderId: `ord_${'a'.repeat(22)}`,
  customerId: 'ann',
  lines: [{ sku: 'MUG-BLUE', quantity: 2, unitPrice: 1450 }],
  total: 2900,
  shipTo: { name: 'Ann', street: '1 Quay', city: 'Harbour', postalCode: '10000', country: 'DE' },
}
const { orderId } = order
const received: DomainEvent = { type: 'inventory.StockReceived', data: { sku: 'MUG-BLUE', quantity: 10, receiptId: 'first' } }
const placed: DomainEvent = { type: 'orders.OrderPlaced', data: { order, requestHash: 'h', respondBy: '2026-01-01T00:15:00.000Z' } }
const reserved: DomainEvent = { type: 'inventory.StockReserved', data: { sku: 'MUG-BLUE', quantity: 2, order } }
const authorized: DomainEvent = { type: 'payments.PaymentAuthorized', data: { customerId: 'ann', amount: 2900, order } }
const sold: DomainEvent = { type: 'inventory.StockSold', data: { sku: 'MUG-BLUE', quantity: 2, orderId } }
const confirmed: DomainEvent = { type: 'orders.OrderConfirmed', data: { order, trackingId: 't' } }
const happy = [received, placed, reserved, authorized, sold, confirmed]

const keyOf = ({ type, data }: DomainEvent): string =>
  type.startsWith('orders.') ? orderId : 'sku' in data ? data.sku : 'customerId' in data ? data.customerId : orderId

/** Folds events as one after another of their aggregates; `versions` overrides the version of the event at an index. */
function audited(events: readonly DomainEvent[], versions: Readonly<Record<number, number>> = {}) {
  const audit = createBusinessFacts()
  const last = new Map<string, number>()
  events.forEach((event, index) => {
    const topic = `${event.type.split('.')[0]}.events`
    const aggregateId = keyOf(event)
    const version = versions[index] ?? (last.get(topic + aggregateId) ?? 0) + 1
    last.set(topic + aggregateId, version)
    audit.add({
      topic,
      partition: 0,
      offset: index,
      data: event.data,
      envelope: {
        id: `e${index}`,
        type: event.type,
        schemaVersion: 1,
        aggregateId,
        version,
        causationId: 'c',
        correlationId: 'c',
        time: '2026-01-01T00:00:00Z',
      },
    })
  })
  return audit
}

const failed = (audit: ReturnType<typeof audited>, accepted: readonly string[] = [orderId], settledBefore?: number) =>
  logChecks(audit, accepted, settledBefore)
    .filter(({ passed }) => !passed)
    .map(({ name }) => name)

test('an order that was placed, reserved, paid, sold and confirmed leaves nothing to complain of', () => {
  expect(failed(audited(happy))).toEqual([])
})

test('an order that was placed after the moment may still be under way; one placed before it may not', () => {
  const underWay = audited(happy.slice(0, -1))
  const placedAt = Date.parse('2026-01-01T00:00:00Z')
  expect(failed(underWay, [orderId], placedAt)).toEqual([])
  expect(failed(underWay, [orderId], placedAt + 1)).toEqual([expect.stringMatching(/neither confirmed nor cancelled/)])
})

test.each<[string, () => string[], RegExp]>([
  ['an empty log', () => failed(audited([]), []), /orders in the log/],
  ['an accepted order that is nowhere', () => failed(audited(happy), ['ord_lost']), /not in the log/],
  ['an order that never ended', () => failed(audited(happy.slice(0, -1))), /neither confirmed nor cancelled/],
  ['a second charge', () => failed(audited([...happy, authorized])), /charged more than once/],
  ['a gift', () => failed(audited(happy.filter((event) => event !== authorized))), /not charged/],
  ['a repeated version', () => failed(audited(happy, { 5: 1 })), /versions/],
  ['a gap in versions', () => failed(audited(happy, { 5: 3 })), /versions/],
])('%s is found', (_, run, check) => {
  expect(run().join('\n')).toMatch(check)
})

test('a record that cannot be read is found, with its place', () => {
  const audit = audited(happy)
  audit.addUnreadable('orders.events/0/7: VALUE_NOT_JSON')
  expect(logChecks(audit, [orderId]).find(({ passed }) => !passed)?.actual).toEqual(['orders.events/0/7: VALUE_NOT_JSON'])
})

test('answers to commands carry no version', () => {
  const audit = audited(happy)
  audit.add({
    topic: 'orders.events',
    partition: 0,
    offset: 99,
    data: {},
    envelope: {
      id: 'x',
      type: 'orders.CommandAnswered',
      schemaVersion: 1,
      aggregateId: orderId,
      version: 0,
      causationId: 'c',
      correlationId: 'c',
      time: '2026-01-01T00:00:00Z',
    },
  })
  expect(failed(audit)).toEqual([])
})
