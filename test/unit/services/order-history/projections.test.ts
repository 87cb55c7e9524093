import fc from 'fast-check'
import { expect, test } from 'vitest'
import { orderAsOf, parseMoment, workflowOf } from '../../../../services/order-history/projections/order-as-of.ts'
import type { OrderDetailRow } from '../../../../services/order-history/projections/order-detail.ts'
import { projections } from '../../../../services/order-history/projections/projections.ts'
import { eventSchemas } from '../../../../services/shared/contracts/index.ts'
import type { RecordedEvent } from '../../../../services/shared/runtime/messaging/record-codec.ts'
import { changesByKey, foldRows, type Row } from '../../../../services/shared/runtime/projections/index.ts'
import { delivered, refused, story } from '../../order-events.ts'
import { orderId, orderSnapshot, respondBy } from '../../order-snapshots.ts'

/** Rows of all read models, by projection and key, after events that come in batches of some size. */
function rowsAfter(events: readonly RecordedEvent[], batchSize: number): Record<string, Record<string, Row>> {
  return Object.fromEntries(
    projections.map((projection) => {
      const rows = new Map<string, Row>()
      for (let from = 0; from < events.length; from += batchSize) {
        for (const { key, row } of foldRows(changesByKey(projection, events.slice(from, from + batchSize)), rows)) rows.set(key, row)
      }
      return [projection.name, Object.fromEntries([...rows].sort(([one], [other]) => (one < other ? -1 : 1)))]
    }),
  )
}

/** Merges the topics in an order that `picks` chooses; within a topic the order stays. */
function interleaved(events: readonly RecordedEvent[], picks: readonly number[]): RecordedEvent[] {
  const topics = [...Map.groupBy(events, ({ topic }) => topic).values()].map((topic) => [...topic])
  return picks.flatMap((pick) => {
    const waiting = topics.filter((topic) => topic.length > 0)
    return waiting[pick % Math.max(waiting.length, 1)]?.splice(0, 1) ?? []
  })
}

const refunded = [
  ...delivered.slice(0, 6),
  ...story(
    { type: 'orders.OrderCancelled', data: { order: orderSnapshot('1', ['2 MUG-BLUE']), reason: 'customer', detail: '' } },
    { type: 'payments.PaymentRefunded', data: { customerId: 'ada', amount: 2000, orderId: orderId('1') } },
    { type: 'inventory.StockReleased', data: { sku: 'MUG-BLUE', quantity: 2, orderId: orderId('1'), from: 'reserved' } },
  ).map((event, index) => ({
    ...event,
    envelope: { ...event.envelope, id: `late ${index}`, version: 9, time: `2026-03-02T00:00:0${index}.000Z` },
  })),
]

test.each([
  ['delivered', delivered],
  ['refused', refused],
  ['refunded a day later', refunded],
])('topics may overtake each other and come in batches of any size: %s ends with the same rows', (_name, events) => {
  const expected = rowsAfter(events, events.length)
  const picks = fc.array(fc.nat(11), { minLength: events.length, maxLength: events.length })
  fc.assert(
    fc.property(picks, fc.integer({ min: 1, max: events.length }), (chosen, batchSize) => {
      const order = interleaved(events, chosen)
      expect(order).toHaveLength(events.length)
      expect(rowsAfter(order, batchSize)).toEqual(expected)
    }),
  )
})

test('money is booked on the day on which it moved, to the cent', () => {
  const rows = rowsAfter(refunded, 3)
  expect(rows['revenue-by-day']).toEqual({
    '2026-03-01': { day: '2026-03-01', payments: 1, charged: 2000, refunds: 0, refunded: 0 },
    '2026-03-02': { day: '2026-03-02', payments: 0, charged: 0, refunds: 1, refunded: 2000 },
  })
  expect(rows['customer-summary']?.ada).toEqual({
    customerId: 'ada',
    orders: 1,
    shipped: 0,
    cancelled: 1,
    charged: 2000,
    refunded: 2000,
    lastOrderAt: '2026-03-01T10:00:00.000Z',
  })
})

test('pieces move from received to reserved to sold and back', () => {
  const received = story({ type: 'inventory.StockReceived', data: { sku: 'MUG-BLUE', quantity: 10, receiptId: 'r' } })
  const stock = (events: readonly RecordedEvent[]) => rowsAfter([...received, ...events], 2)['stock-view']?.['MUG-BLUE']
  const none = { sku: 'MUG-BLUE', received: 10, reserved: 0, sold: 0, refusals: 0 }
  expect(stock(delivered.slice(0, 2))).toEqual({ ...none, reserved: 2 })
  expect(stock(delivered)).toEqual({ ...none, sold: 2 })
  expect(stock(refused)).toEqual(none)
})

test('an event that is in the log twice moves an order once', () => {
  const names = ['order-list', 'order-detail'] as const
  const [once, twice] = [rowsAfter(delivered, 4), rowsAfter([...delivered, ...delivered.slice(0, 6)], 4)]
  for (const name of names) expect(twice[name]).toEqual(once[name])
})

const rowOf = (events: readonly RecordedEvent[]): OrderDetailRow => {
  const row = rowsAfter(events, 5)['order-detail']?.[orderId('1')]
  if (!row) throw new Error('no row')
  return row as unknown as OrderDetailRow
}
const at = (text: string) => orderAsOf(rowOf(delivered), parseMoment(text))

test('an order can be shown as it was at every version and every moment', () => {
  const statuses = [1, 2, 3, 4, 5, 6].map((version) => at(String(version))?.status)
  expect(statuses).toEqual(['placed', 'placed', 'reserved', 'paid', 'confirmed', 'shipped'])
  expect([1, 2, 3, 4, 5, 6, 7].map((version) => at(String(version))?.version)).toEqual([1, 2, 3, 4, 5, 6, 6])
  expect(at('0'), 'before it existed').toBeUndefined()
  expect(at('2026-03-01T09:59:59.999Z'), 'before it existed').toBeUndefined()
  expect(at('2026-03-01T10:00:00Z')).toMatchObject({ status: 'placed', version: 1, timeline: [{ type: 'orders.OrderPlaced' }] })
  expect(at('2026-03-01T12:00:05+02:00')).toMatchObject({ status: 'paid', updatedAt: '2026-03-01T10:00:05.000Z' })
  expect(at('2999-01-01T00:00:00Z')).toEqual(orderAsOf(rowOf(delivered)))
  expect(at('3')?.timeline.map(({ type }) => type)).toEqual(['orders.OrderPlaced', 'inventory.StockReserved', 'orders.OrderReserved'])
  expect(at('4')?.trackingId).toBeUndefined()
  expect(at('5')?.trackingId).toBe('BW-1')
})

test.each(['yesterday', '', '-1', '1.5', '2026-03-01', '1e3', '12:00', '2026-13-01T00:00:00Z', '2026-02-30T00:00:00Z', '99999999999'])(
  '%j is no moment',
  (text) => {
    expect(parseMoment(text)).toBeUndefined()
  },
)

test('events of other services alone make no order', () => {
  expect(orderAsOf(rowOf(delivered.filter(({ topic }) => topic !== 'orders.events')))).toBeUndefined()
})

test('a workflow tells how long each step took, and who is waited for', () => {
  const now = new Date('2026-03-01T10:01:00Z')
  expect(workflowOf(rowOf(delivered.slice(0, 5)), now)).toMatchObject({
    status: 'reserved',
    respondBy,
    steps: [
      { name: 'placed', ms: 3000 },
      { name: 'reserved', startedAt: '2026-03-01T10:00:03.000Z', ms: 57_000 },
    ],
    waitingFor: { service: 'payments', since: '2026-03-01T10:00:03.000Z', ms: 57_000 },
  })
  const done = workflowOf(rowOf(delivered), now)
  expect(done?.waitingFor).toBeUndefined()
  expect(done?.steps.map(({ name, ms }) => `${name} ${ms}`)).toEqual([
    'placed 3000',
    'reserved 2000',
    'paid 3000',
    'confirmed 2000',
    'shipped 0',
  ])
})

test('projections fold events that exist, under the name of their publisher', () => {
  for (const { events } of projections) for (const type of Object.keys(events)) expect(Object.keys(eventSchemas)).toContain(type)
})
