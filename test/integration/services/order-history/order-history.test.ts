import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { findOrder } from '../../../../services/order-history/projections/order-queries.ts'
import { tables } from '../../../../services/order-history/projections/tables.ts'
import { serveOrderHistory } from '../../../../services/order-history/routes.ts'
import { createChanges } from '../../../../services/shared/runtime/projection/changes.ts'
import type { Database } from '../../../../services/shared/runtime/projection/database.ts'
import { openDatabase } from '../../../../services/shared/runtime/projection/open-database.ts'
import { createServer } from '../../../../services/shared/runtime/server.ts'
import { orderId, orderSlip, respondBy } from '../../../unit/order-slips.ts'
import { apply, delivered, publisher, refused, story, type TimedEvent } from './order-events.ts'

const logger = pino({ level: 'silent' })
const changes = createChanges()
const app = createServer({ logger, ready: () => ({ ready: true, waitingFor: [] }) })
let database: Database

beforeAll(async () => {
  // `POSTGRES_URL` runs the same against a real server.
  database = await openDatabase(process.env.POSTGRES_URL ?? 'pglite:memory://', logger)
  await database.query('DROP TABLE IF EXISTS orders, timeline')
  for (const table of tables) await database.query(table)
  serveOrderHistory(app, database, changes)
})
beforeEach(() => database.query('TRUNCATE orders, timeline').then(() => undefined))
afterAll(() => database.close())

const get = async (path: string) => (await app.inject(path)).json()
const detail = () => get(`/orders/${orderId('1')}`)

test('an order tells its life', async () => {
  await apply(delivered, database)
  expect(await detail()).toEqual({
    ...orderSlip('1', ['2 MUG-BLUE']),
    status: 'shipped',
    trackingId: 'BW-1',
    placedAt: '2026-03-01T10:00:00.000Z',
    updatedAt: '2026-03-01T10:00:10.000Z',
    timeline: [
      ['00', 'orders.OrderPlaced', 'Order received: 2 × MUG-BLUE for 20.00 €'],
      ['01', 'inventory.StockReserved', '2 × MUG-BLUE set aside'],
      ['03', 'orders.OrderReserved', 'Everything is set aside'],
      ['04', 'payments.PaymentAuthorized', 'Payment of 20.00 € authorised'],
      ['05', 'orders.OrderPaid', 'Order paid'],
      ['06', 'inventory.StockSold', '2 × MUG-BLUE taken from stock'],
      ['07', 'shipping.ShipmentBooked', 'Parcel booked, tracking number BW-1'],
      ['08', 'orders.OrderConfirmed', 'Order confirmed'],
      ['09', 'shipping.ParcelDispatched', 'Parcel BW-1 is on its way'],
      ['10', 'orders.OrderShipped', 'Order shipped'],
    ].map(([second, type, text]) => ({ time: `2026-03-01T10:00:${second}.000Z`, type, text })),
  })
})

test('a cancelled order says why', async () => {
  await apply(refused, database)
  const { status, cancellation, timeline } = await detail()
  expect({ status, cancellation }).toEqual({ status: 'cancelled', cancellation: { reason: 'credit-refused', detail: '1.50 € left' } })
  expect(timeline.at(-3).text).toBe('Order cancelled because the credit limit does not allow it: 1.50 € left')
})

/** Merges the topics in an order that `picks` chooses; within a topic the order stays. */
function interleaved(events: readonly TimedEvent[], picks: readonly number[]): TimedEvent[] {
  const topics = [...Map.groupBy(events, ({ event }) => publisher(event.type)).values()].map((topic) => [...topic])
  return picks.flatMap((pick) => {
    const waiting = topics.filter((topic) => topic.length > 0)
    return waiting[pick % Math.max(waiting.length, 1)]?.splice(0, 1) ?? []
  })
}

test.each([
  ['delivered', delivered],
  ['refused', refused],
])('topics may overtake each other: %s ends the same', async (_name, events) => {
  await apply(events, database)
  const expected = await findOrder(orderId('1'), database)
  const picks = fc.array(fc.nat(11), { minLength: events.length, maxLength: events.length })
  await fc.assert(
    fc.asyncProperty(picks, fc.boolean(), async (chosen, twice) => {
      await database.query('TRUNCATE orders, timeline')
      const order = interleaved(events, chosen)
      expect(order).toHaveLength(events.length)
      await apply(twice ? [...order, ...order] : order, database)
      expect(await findOrder(orderId('1'), database)).toEqual(expected)
    }),
    { numRuns: 30 },
  )
})

test('the status only moves forward, even when orders’ own events come late', async () => {
  await apply(delivered.toReversed(), database)
  expect((await detail()).status).toBe('shipped')
  await apply(refused, database)
  await apply(delivered, database)
  expect((await detail()).status).toBe('cancelled')
})

test('a customer’s orders come in pages, newest first, each once, also those of the same moment', async () => {
  const names = ['1', '2', '3', '4', '5']
  const place = (name: string, customer = 'ada') =>
    story({ type: 'orders.OrderPlaced', data: { order: orderSlip(name, ['1 MUG-BLUE'], customer), requestHash: 'h', respondBy } })
  for (const name of names) await apply(place(name), database)
  await apply(place('6', 'bob'), database)
  const seen: string[] = []
  let path = '/customers/ada/orders?limit=2'
  for (let pages = 0; path; pages += 1) {
    expect(pages).toBeLessThan(4)
    const { orders, next } = await get(path)
    seen.push(...orders.map((order: { orderId: string }) => order.orderId))
    // Newer than all pages so far: it moves nothing in those that follow.
    await apply(
      place('7').map(({ event }) => ({ event, time: '2026-04-01T00:00:00.000Z' })),
      database,
    )
    path = next ? `/customers/ada/orders?limit=2&after=${next}` : ''
  }
  expect(seen).toEqual(names.map(orderId).toReversed())
  expect(await get('/customers/nobody/orders')).toEqual({ orders: [] })
})

test.each(['x', 'bm90IGEgY3Vyc29y', Buffer.from(`yesterday ${orderId('1')}`).toString('base64url')])(
  'cursor %s is refused',
  async (after) => {
    expect(await get(`/customers/ada/orders?after=${after}`)).toMatchObject({ status: 400, code: 'CURSOR_INVALID' })
  },
)

test('an order on its way is waited for', async () => {
  const asked = detail()
  await apply(delivered.slice(0, 1), database)
  changes.notify()
  expect(await asked).toMatchObject({ orderId: orderId('1'), status: 'placed' })
})

test('an order that never comes is 404 after half a second', async () => {
  const started = performance.now()
  expect(await detail()).toMatchObject({ status: 404, code: 'ORDER_UNKNOWN' })
  expect(performance.now() - started).toBeGreaterThanOrEqual(490)
  expect(await get('/orders/1;DROP TABLE orders')).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' })
})
