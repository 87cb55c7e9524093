import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { projections } from '../../../../services/order-history/projections/projections.ts'
import { serveOperations } from '../../../../services/order-history/routes/operations-routes.ts'
import { serveOrders } from '../../../../services/order-history/routes/order-routes.ts'
import { createServer } from '../../../../services/shared/runtime/http/server.ts'
import type { RecordedEvent } from '../../../../services/shared/runtime/messaging/record-codec.ts'
import {
  applyBatches,
  type Changes,
  type Database,
  ensureTables,
  listenForChanges,
  openDatabase,
} from '../../../../services/shared/runtime/projections/index.ts'
import { delivered, refused, story } from '../../../unit/order-events.ts'
import { orderId, orderSnapshot, respondBy } from '../../../unit/order-snapshots.ts'
import { databaseEngines } from '../../database-engines.ts'

const logger = pino({ level: 'silent' })
const { engines, stop } = await databaseEngines()
afterAll(stop)

describe.each(engines)('on $engine', ({ url, isThere }) => {
  const app = createServer({ logger, ready: () => ({ ready: true, waitingFor: [] }) })
  const now = new Date('2026-03-01T10:05:00Z')
  let database: Database
  let changes: Changes
  let applied = 0

  beforeAll(async () => {
    if (!isThere) return
    database = await openDatabase(url, logger)
    changes = listenForChanges(database)
    await ensureTables(projections, database)
    const noRebuilds = { request: async () => undefined, state: async () => undefined }
    serveOrders(app, database, changes, () => now)
    serveOperations(app, database, noRebuilds, () => now)
  })
  beforeEach(async () => {
    if (!isThere) return
    const tables = await database.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE tablename LIKE '%\\_g_'")
    await database.query(`TRUNCATE ${tables.map(({ name }) => name).join()}, projection_positions`)
  })
  afterAll(async () => {
    await changes?.stop()
    await database?.close()
  })

  /** Hands events over as one batch of a partition of their own, as the runtime would. */
  async function apply(events: readonly RecordedEvent[]): Promise<void> {
    applied += 1
    const topics = [...Map.groupBy(events, ({ topic }) => topic)]
    const batches = topics.map(([topic, own]) => ({
      topic,
      partition: applied,
      events: own.map((event, offset) => ({ ...event, offset })),
      nextOffset: own.length,
    }))
    await applyBatches(projections, database)(batches)
  }

  const ask = (path: string, headers: Record<string, string> = {}) => app.inject({ url: path, headers })
  const get = async (path: string) => (await ask(path)).json()
  const page = `/orders/${orderId('1')}`
  const check = test.runIf(isThere)

  check('an order tells its life', async () => {
    await apply(delivered)
    const answer = await ask(page)
    expect(answer.headers.etag).toBe('"6.11"')
    expect(answer.json()).toEqual({
      ...orderSnapshot('1', ['2 MUG-BLUE']),
      status: 'shipped',
      version: 6,
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

  check('a cancelled order says why', async () => {
    await apply(refused)
    const { status, cancellation, timeline } = await get(page)
    expect({ status, cancellation }).toEqual({ status: 'cancelled', cancellation: { reason: 'credit-refused', detail: '1.50 € left' } })
    expect(timeline.at(-3).text).toBe('Order cancelled because the credit limit does not allow it: 1.50 € left')
  })

  check('texts that PostgreSQL cannot store do not stop anything', async () => {
    const order = orderSnapshot('1', ['1 MUG-BLUE'])
    const shipTo = { ...order.shipTo, name: 'A\0da \ud800', street: 'Quay \\u0000 1' }
    await apply(story({ type: 'orders.OrderPlaced', data: { order: { ...order, shipTo }, requestHash: 'h', respondBy } }))
    expect((await get(page)).shipTo).toEqual({ ...order.shipTo, name: 'A\ufffdda \ufffd', street: 'Quay \\u0000 1' })
  })

  check('a customer’s orders come in pages, newest first, each once, also those of the same moment', async () => {
    const names = ['1', '2', '3', '4', '5']
    const place = (name: string, customer = 'ada') =>
      story({ type: 'orders.OrderPlaced', data: { order: orderSnapshot(name, ['1 MUG-BLUE'], customer), requestHash: 'h', respondBy } })
    for (const name of names) await apply(place(name))
    await apply(place('6', 'bob'))
    const seen: string[] = []
    let path = '/customers/ada/orders?limit=2'
    for (let pages = 0; path; pages += 1) {
      expect(pages).toBeLessThan(4)
      const { orders, next } = await get(path)
      seen.push(...orders.map((order: { orderId: string }) => order.orderId))
      // Newer than all pages so far: it moves nothing in those that follow.
      await apply(place('7').map((event) => ({ ...event, envelope: { ...event.envelope, time: '2026-04-01T00:00:00.000Z' } })))
      path = next ? `/customers/ada/orders?limit=2&after=${next}` : ''
    }
    expect(seen).toEqual(names.map(orderId).toReversed())
    expect(await get('/customers/nobody/orders')).toEqual({ orders: [] })
  })

  check.each(['x', 'bm90IGEgY3Vyc29y', Buffer.from(`yesterday ${orderId('1')}`).toString('base64url')])(
    'cursor %s is refused',
    async (after) => {
      expect(await get(`/customers/ada/orders?after=${after}`)).toMatchObject({ status: 400, code: 'CURSOR_INVALID' })
    },
  )

  check('an order on its way is waited for', async () => {
    const asked = get(page)
    await apply(delivered.slice(0, 1))
    expect(await asked).toMatchObject({ orderId: orderId('1'), status: 'placed' })
  })

  check('an order that never comes is 404 after half a second', async () => {
    const started = performance.now()
    expect(await get(page)).toMatchObject({ status: 404, code: 'ORDER_UNKNOWN' })
    expect(performance.now() - started).toBeGreaterThan(450)
    expect(await get('/orders/1;DROP TABLE orders')).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' })
  })

  check('who reads what he has just written is kept waiting until it is here', async () => {
    await apply(delivered.slice(0, 1))
    const asked = ask(page, { prefer: 'wait=5', 'if-none-match': '"3"' })
    setTimeout(() => void apply(delivered.slice(0, 6)), 700)
    const answer = await asked
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({ etag: '"4.6"', 'preference-applied': 'wait=5' })
    expect(answer.headers['version-awaited']).toBeUndefined()
    expect(answer.json()).toMatchObject({ version: 4, status: 'paid' })
  })

  check('a version that does not come in time: what there is, and a word about it', async () => {
    await apply(delivered.slice(0, 1))
    const started = performance.now()
    const answer = await ask(page, { prefer: 'wait=1', 'if-none-match': '"3"' })
    expect(performance.now() - started).toBeGreaterThan(900)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({ etag: '"1.1"', 'preference-applied': 'wait=1', 'version-awaited': '"3"' })
    expect(answer.json()).toMatchObject({ version: 1, status: 'placed' })
  })

  check('who has the page already is told so at once, or after waiting in vain for news', async () => {
    await apply(delivered)
    const atOnce = await ask(page, { 'if-none-match': 'W/"6.11", "0.0"' })
    expect({ status: atOnce.statusCode, tag: atOnce.headers.etag, body: atOnce.body }).toEqual({ status: 304, tag: '"6.11"', body: '' })
    const started = performance.now()
    expect((await ask(page, { 'if-none-match': '"6.11"', prefer: 'wait=1' })).statusCode).toBe(304)
    expect(performance.now() - started).toBeGreaterThan(900)
    expect((await ask(page, { 'if-none-match': '*' })).statusCode).toBe(304)
    expect((await ask(page, { 'if-none-match': '"6.10"', prefer: 'wait=5' })).statusCode, 'news of another service are news').toBe(200)
  })

  check.each(['wait=soon', 'wait', 'wait=-1', 'wait=1.5', ';;;', '', 'respond-async, return=minimal', 'wait=5 seconds'])(
    'a senseless preference %j is ignored',
    async (prefer) => {
      await apply(delivered.slice(0, 1))
      const answer = await ask(page, { prefer, 'if-none-match': 'rubbish' })
      expect(answer.statusCode).toBe(200)
      expect(answer.headers['preference-applied']).toBeUndefined()
    },
  )

  check('an order can be read as it was', async () => {
    await apply(delivered)
    expect(await get(`${page}?at=3`)).toMatchObject({ status: 'reserved', version: 3 })
    expect(await get(`${page}?at=2026-03-01T10:00:05Z`)).toMatchObject({ status: 'paid', version: 4 })
    expect(await get(`${page}?at=${encodeURIComponent('2026-03-01T12:00:05+02:00')}`)).toMatchObject({ status: 'paid' })
    expect(await get(`${page}?at=2026-03-01T09:00:00Z`)).toMatchObject({ status: 404, code: 'ORDER_NOT_YET' })
    expect(await get(`${page}?at=0`)).toMatchObject({ status: 404, code: 'ORDER_NOT_YET' })
    expect(await get(`${page}?at=7`)).toMatchObject({ status: 404, code: 'ORDER_NOT_YET', detail: expect.stringContaining('at version 6') })
    for (const bad of ['yesterday', '-1', '2026-03-01', "1';--"])
      expect(await get(`${page}?at=${bad}`)).toMatchObject({ status: 400, code: 'MOMENT_INVALID' })
  })

  check('an order tells where it is, and the shop which orders are stuck', async () => {
    await apply(delivered.slice(0, 5))
    expect(await get(`${page}/workflow`)).toMatchObject({
      status: 'reserved',
      steps: [
        { name: 'placed', ms: 3000 },
        { name: 'reserved', ms: 297_000 },
      ],
      waitingFor: { service: 'payments', ms: 297_000 },
    })
    expect(await get(`/orders/${orderId('2')}/workflow`)).toMatchObject({ status: 404, code: 'ORDER_UNKNOWN' })
    const stuck = { orderId: orderId('1'), customerId: 'ada', status: 'reserved', waitingFor: { service: 'payments', ms: 297_000 } }
    expect(await get('/operations/stuck')).toMatchObject({ asOf: now.toISOString(), total: 1, orders: [stuck] })
    expect(await get('/operations/stuck?waited-ms=300000')).toMatchObject({ total: 0, orders: [] })
    expect(await get('/operations/stuck?waited-ms=soon')).toMatchObject({ status: 400 })
    await apply(delivered)
    expect(await get('/operations/stuck?waited-ms=0')).toMatchObject({ total: 0, orders: [] })
  })

  check('customers, stock and revenue are summed up', async () => {
    await apply(story({ type: 'inventory.StockReceived', data: { sku: 'MUG-BLUE', quantity: 10, receiptId: 'r' } }))
    await apply(delivered)
    expect(await get('/customers/ada')).toEqual({
      customerId: 'ada',
      orders: 1,
      open: 0,
      shipped: 1,
      cancelled: 0,
      charged: 2000,
      refunded: 0,
      spent: 2000,
      lastOrderAt: '2026-03-01T10:00:00.000Z',
    })
    expect(await get('/customers/nobody')).toMatchObject({ status: 404, code: 'CUSTOMER_UNKNOWN' })
    expect(await get('/operations/stock')).toEqual({
      items: [{ sku: 'MUG-BLUE', received: 10, available: 8, reserved: 0, sold: 2, refusals: 0 }],
    })
    const day = { day: '2026-03-01', payments: 1, charged: 2000, refunds: 0, refunded: 0, revenue: 2000 }
    expect(await get('/operations/revenue')).toEqual({ days: [day] })
    expect(await get('/operations/revenue?from=2026-03-01&to=2026-03-01')).toEqual({ days: [day] })
    expect(await get('/operations/revenue?from=2026-03-02')).toEqual({ days: [] })
    expect(await get('/operations/revenue?from=2026-02-30')).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' })
  })

  check('a rebuild needs a projection that exists', async () => {
    const post = (payload: object) => app.inject({ method: 'POST', url: '/operations/rebuilds', payload })
    expect((await post({ projection: 'everything' })).json()).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' })
    expect(await get('/operations/rebuilds/77')).toMatchObject({ status: 404, code: 'REBUILD_UNKNOWN' })
  })
})
