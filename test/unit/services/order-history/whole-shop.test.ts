import { expect, test } from 'vitest'
import { inventoryDecider } from '../../../../services/inventory/decider/decider.ts'
import { orderAsOf } from '../../../../services/order-history/projections/order-as-of.ts'
import type { OrderDetailRow } from '../../../../services/order-history/projections/order-detail.ts'
import { projections } from '../../../../services/order-history/projections/projections.ts'
import { ordersDecider } from '../../../../services/orders/decider/decider.ts'
import { paymentsDecider } from '../../../../services/payments/decider/decider.ts'
import { eventSchemas, eventVersions } from '../../../../services/shared/contracts/index.ts'
import type { Decider } from '../../../../services/shared/runtime/event-sourcing/decider.ts'
import { dataCheck, type RecordedEvent } from '../../../../services/shared/runtime/messaging/record-codec.ts'
import { changesByKey, foldRows, type Row, readBatch } from '../../../../services/shared/runtime/projections/index.ts'
import { simulatedEvents } from '../../simulated-events.ts'

const types = new Set(Object.keys(eventSchemas))
const { events, unreadable } = readBatch(
  { records: simulatedEvents(400) },
  { check: dataCheck(eventSchemas), versions: eventVersions, known: types, applied: types },
)

/** One topic after the other, the last one first: as late as topics can be. */
const byTopic = [...Map.groupBy(events, ({ topic }) => topic).values()].toReversed().flat()

function rowsOf(name: string, order: readonly RecordedEvent[]): ReadonlyMap<string, Row> {
  const projection = projections.find((candidate) => candidate.name === name)
  if (!projection) throw new Error(`no projection ${name}`)
  const rows = new Map<string, Row>()
  for (let from = 0; from < order.length; from += 97)
    for (const { key, row } of foldRows(changesByKey(projection, order.slice(from, from + 97)), rows)) rows.set(key, row)
  return rows
}

/** What the service that decided the events knows of each of its aggregates. */
function statesOf<State>(topic: string, decider: unknown): ReadonlyMap<string, State> {
  const { initial, evolve } = decider as Decider<State, never, never>
  const states = new Map<string, State>()
  for (const { topic: of, envelope, data } of events) {
    if (of !== topic) continue
    states.set(envelope.aggregateId, evolve(states.get(envelope.aggregateId) ?? initial, { type: envelope.type, data } as never))
  }
  return states
}

const cents = (rows: ReadonlyMap<string, Row>, column: string) => [...rows.values()].reduce((sum, row) => sum + Number(row[column]), 0)

test('a simulated shop is read without rest', () => {
  expect(unreadable).toEqual([])
  expect(events.length).toBeGreaterThan(4000)
})

test.each(projections.map(({ name }) => name))('%s: the same rows in whatever order topics come', (name) => {
  expect(Object.fromEntries(rowsOf(name, byTopic))).toEqual(Object.fromEntries(rowsOf(name, events)))
})

test('order-list and order-detail say what orders decided', () => {
  const [list, detail] = [rowsOf('order-list', byTopic), rowsOf('order-detail', byTopic)]
  const states = statesOf<{ status: string; order: { total: number; customerId: string } }>('orders.events', ordersDecider)
  expect(list.size).toBe(states.size)
  for (const [orderId, { status, order }] of states) {
    expect(list.get(orderId)).toMatchObject({ status, total: order.total, customerId: order.customerId })
    expect(orderAsOf(detail.get(orderId) as unknown as OrderDetailRow)).toMatchObject({ status, total: order.total })
  }
})

test('stock-view says what inventory decided', () => {
  const rows = rowsOf('stock-view', byTopic)
  const states = statesOf<{ received: number; reserved: number; sold: number }>('inventory.events', inventoryDecider)
  expect(rows.size).toBe(states.size)
  for (const [sku, { received, reserved, sold }] of states) expect(rows.get(sku)).toMatchObject({ received, reserved, sold })
})

test('every cent is where payments left it: by customer, and over all days', () => {
  const [customers, days] = [rowsOf('customer-summary', byTopic), rowsOf('revenue-by-day', byTopic)]
  const accounts = statesOf<{ used: number }>('payments.events', paymentsDecider(5_000_00))
  let used = 0
  for (const [customerId, account] of accounts) {
    const row = customers.get(customerId)
    expect(Number(row?.charged) - Number(row?.refunded), customerId).toBe(account.used)
    used += account.used
  }
  expect(used).toBeGreaterThan(0)
  expect(cents(days, 'charged') - cents(days, 'refunded')).toBe(used)
  expect(cents(days, 'charged')).toBe(cents(customers, 'charged'))
  expect(cents(customers, 'refunded')).toBeGreaterThan(0)
  expect(days.size).toBeGreaterThanOrEqual(3)
})
