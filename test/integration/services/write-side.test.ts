import { Kafka, logLevel } from 'kafkajs'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { createOrderHistory } from '../../../services/order-history/app.ts'
import { eventsTopic, topics } from '../../../services/shared/contracts/topology.ts'
import { type EventSourcedService, startEventSourcedService } from '../../../services/shared/runtime/event-sourced-service.ts'
import { connectEventLog } from '../../../services/shared/runtime/kafka/connect-event-log.ts'
import type { Following } from '../../../services/shared/runtime/kafka/event-log.ts'
import { decodeRecord, encodeRecord, isDecodeFailure } from '../../../services/shared/runtime/messaging/record-codec.ts'
import { createMetrics } from '../../../services/shared/runtime/process/metrics.ts'
import type { RunningService } from '../../../services/shared/runtime/process/process.ts'
import { openDatabase } from '../../../services/shared/runtime/projections/index.ts'
import { type EventSourcedName, eventSourcedNames, shop } from '../../../services/shop.ts'
import { orderSnapshot } from '../../unit/order-snapshots.ts'
import { recordSpans } from '../../unit/services/shared/runtime/recorded-spans.ts'

const partitions = 2
const brokers = inject('brokers')
const logger = pino({ level: process.env.LOG_LEVEL ?? 'silent' })
const context = (service: string) => ({
  config: { KAFKA_BROKERS: brokers, KAFKA_SECURITY: 'plaintext' as const },
  logger,
  metrics: createMetrics({ service, pod: 'test' }),
})

/** Milliseconds that an order has until it is confirmed; orders reads it when it starts. */
let orderTimeoutMs = 15 * 60_000

const definitions = () => shop({ orderTimeoutMs })
type Name = EventSourcedName
const names = eventSourcedNames

const running = new Map<Name, RunningService>()
/** Type and aggregate of every event in the order we saw it. */
const seen: string[] = []
const cancelledBecause = new Map<string, string>()
const eventLog = connectEventLog({ brokers: brokers.split(','), clientId: 'test', logger })
let tail: Following

async function createTopics(): Promise<void> {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.createTopics({
    waitForLeaders: true,
    topics: topics(partitions).map(({ name, partitions: numPartitions }) => ({ topic: name, numPartitions })),
  })
  await admin.disconnect()
}

async function begin(name: Name): Promise<void> {
  // Types are paired inside of each definition.
  running.set(
    name,
    await startEventSourcedService(
      definitions()[name] as unknown as EventSourcedService<unknown, never, never, string, never>,
      context(name),
    ),
  )
  await vi.waitFor(async () => expect(await get(name, '/readyz')).toEqual({ ready: true, waitingFor: [] }), {
    timeout: 60_000,
    interval: 100,
  })
}

async function end(name: Name): Promise<void> {
  const service = running.get(name)
  await service?.app.close()
  await service?.stop()
}

function app(name: Name): RunningService['app'] {
  const service = running.get(name)
  if (!service) throw new Error(`${name} does not run`)
  return service.app
}

const get = async (name: Name, url: string) => (await app(name).inject(url)).json()

/** An order as it was written before orders had a `respondBy`, on a day when nobody answered. */
async function writeOldOrder(): Promise<string> {
  const order = orderSnapshot('old', ['1 ROPE-10M'], 'old-customer')
  const id = 'e-old'
  const envelope = { id, type: 'orders.OrderPlaced', schemaVersion: 1, aggregateId: order.orderId, version: 1, causationId: 'c-old' }
  const data = { order, requestHash: 'h' }
  await eventLog.produce([
    encodeRecord(eventsTopic('orders'), { ...envelope, correlationId: order.orderId, time: '2025-11-24T08:00:00Z' }, data),
  ])
  return order.orderId
}

let oldOrder: string

beforeAll(async () => {
  await createTopics()
  oldOrder = await writeOldOrder()
  tail = eventLog.follow({
    topics: names.map(eventsTopic),
    from: 'beginning',
    onBatch: ({ records }) => {
      for (const event of records.map(decodeRecord)) {
        if (isDecodeFailure(event)) throw new Error(event.detail)
        const { envelope, data } = event
        seen.push(`${envelope.type} ${envelope.aggregateId}`)
        if (envelope.type === 'orders.OrderCancelled') cancelledBecause.set(envelope.aggregateId, (data as { reason: string }).reason)
      }
    },
  })
  await Promise.all(names.map(begin))
})

afterAll(async () => {
  await Promise.all(names.map(end))
  await tail.stop()
  await eventLog.close()
})

const shipTo = { name: 'Ada Byron', street: 'Quay 1', city: 'Hamburg', postalCode: '20457', country: 'DE' }

async function place(key: string, sku: string, quantity: number, unitPrice: number, customerId = key): Promise<string> {
  const payload = { customerId, lines: [{ sku, quantity, unitPrice }], shipTo }
  const answer = await app('orders').inject({ method: 'POST', url: '/orders', headers: { 'idempotency-key': key }, payload })
  expect(answer.statusCode).toBe(202)
  return answer.json().orderId
}

const happens = (event: string) => expect.poll(() => seen, { timeout: 20_000, interval: 50 }).toContain(event)
const count = (event: string) => seen.filter((line) => line === event).length

test('the shop opens with its assortment and its stock', async () => {
  expect((await get('catalog', '/products/BELL-SHIP')).price).toBe(24900)
  expect(await get('inventory', '/availability/BELL-SHIP')).toEqual({ sku: 'BELL-SHIP', available: 3, reserved: 0, sold: 0, received: 3 })
})

test('an order of the first schema version is understood: its time has long passed, and what is answered now is given back', async () => {
  await happens(`orders.OrderCancelled ${oldOrder}`)
  expect(cancelledBecause.get(oldOrder)).toBe('timeout')
  await happens('inventory.StockReserved ROPE-10M')
  await happens('inventory.StockReleased ROPE-10M')
  await expect.poll(() => get('inventory', '/availability/ROPE-10M')).toMatchObject({ available: 1_000_000, reserved: 0, sold: 0 })
})

test('an order is confirmed, once for one key', async () => {
  const orderId = await place('happy-path', 'MUG-BLUE', 2, 1450)
  await happens(`orders.OrderConfirmed ${orderId}`)
  expect(await place('happy-path', 'MUG-BLUE', 2, 1450)).toBe(orderId)
  await happens(`orders.CommandAnswered ${orderId}`)
  expect(count(`orders.OrderPlaced ${orderId}`)).toBe(1)
  await expect.poll(() => get('inventory', '/availability/MUG-BLUE')).toMatchObject({ available: 999_998, reserved: 0, sold: 2 })
  await expect.poll(() => get('payments', '/customers/happy-path/credit')).toMatchObject({ used: 2900 })
  await expect.poll(() => get('shipping', `/shipments/${orderId}`)).toMatchObject({ status: 'booked' })
  await happens(`notifications.NotificationSent ${orderId}`)
})

/** order-history, which has nothing but rows. */
async function startReadModel(): Promise<RunningService> {
  const database = await openDatabase('pglite:memory://', logger)
  const log = connectEventLog({ brokers: brokers.split(','), clientId: 'order-history', logger })
  const readModel = createOrderHistory({ eventLog: log, database, logger })
  const ready = async () => expect((await readModel.app.inject('/readyz')).statusCode).toBe(200)
  await vi.waitFor(ready, { timeout: 60_000, interval: 100 })
  return readModel
}

test('an order is one trace, from the POST through all services to its last event and the rows that show it', async () => {
  const readModel = await startReadModel()
  using spans = recordSpans()
  try {
    const url = await app('orders').listen({ port: 0, host: '127.0.0.1' })
    const [traceId, caller] = ['a'.repeat(32), 'b'.repeat(16)]
    const headers = { 'idempotency-key': 'in-one-trace', 'content-type': 'application/json', traceparent: `00-${traceId}-${caller}-01` }
    const body = JSON.stringify({ customerId: 'traced', lines: [{ sku: 'ROPE-10M', quantity: 1, unitPrice: 100 }], shipTo })
    const { orderId } = (await (await fetch(`${url}/orders`, { method: 'POST', headers, body })).json()) as { orderId: string }
    const ofOrder = () => spans.ended().filter(({ attributes }) => attributes['breakwater.order_id'] === orderId)
    // Received, and confirmed: nothing happens to the order after that.
    const ends = () => ofOrder().filter(({ name }) => name === 'decide NotifyCustomer').length
    await expect.poll(ends, { timeout: 30_000, interval: 100 }).toBe(2)
    await expect.poll(() => ofOrder().map(({ name }) => name), { timeout: 20_000 }).toContain('project inventory.StockSold')

    expect(new Set(ofOrder().map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]))
    const known = new Set([caller, ...spans.ended().map((span) => span.spanContext().spanId)])
    const ofTrace = spans.ended().filter((span) => span.spanContext().traceId === traceId)
    expect(ofTrace.filter(({ parentSpanContext }) => !known.has(parentSpanContext?.spanId ?? '')).map(({ name }) => name)).toEqual([])
    const consumers = ofOrder().filter(({ name }) => /^(decide|event|project) /.test(name))
    for (const { name, links, parentSpanContext } of consumers)
      expect(
        links.map(({ context }) => context.spanId),
        name,
      ).toEqual([parentSpanContext?.spanId])
    const names = new Set(ofTrace.map(({ name }) => name))
    for (const name of [
      'POST /orders',
      'command PlaceOrder',
      'decide PlaceOrder',
      'transaction orders.events',
      'event orders.OrderPlaced',
      'decide ReserveStock',
      'decide AuthorizePayment',
      'decide BookShipment',
      'decide ConfirmOrder',
      'event orders.OrderConfirmed',
      'decide NotifyCustomer',
      'project orders.OrderConfirmed',
    ])
      expect(names).toContain(name)
  } finally {
    await readModel.app.close()
    await readModel.stop()
  }
})

test('more than there is: cancelled, nothing reserved', async () => {
  const orderId = await place('out-of-stock', 'BELL-SHIP', 4, 24900)
  await happens(`orders.OrderCancelled ${orderId}`)
  expect(await get('inventory', '/availability/BELL-SHIP')).toMatchObject({ available: 3, reserved: 0, sold: 0 })
})

test('dearer than the credit: cancelled, the stock comes back', async () => {
  const orderId = await place('credit-refused', 'BOAT-MODEL', 1, 990_000)
  await happens(`orders.OrderCancelled ${orderId}`)
  await happens('inventory.StockReleased BOAT-MODEL')
  await expect.poll(() => get('inventory', '/availability/BOAT-MODEL')).toMatchObject({ available: 1_000_000, reserved: 0, sold: 0 })
})

test('cancelled after it was confirmed: stock, money and shipment come back; after shipping it is a 409', async () => {
  const orderId = await place('cancelled', 'TEA-MINT', 3, 790)
  await happens(`orders.OrderConfirmed ${orderId}`)
  expect((await app('orders').inject({ method: 'POST', url: `/orders/${orderId}/cancel` })).statusCode).toBe(202)
  await happens('payments.PaymentRefunded cancelled')
  await happens(`shipping.ShipmentCancelled ${orderId}`)
  await expect.poll(() => get('inventory', '/availability/TEA-MINT')).toMatchObject({ available: 1_000_000, sold: 0 })

  const shipped = await place('dispatched', 'TEA-MINT', 1, 790)
  await happens(`orders.OrderConfirmed ${shipped}`)
  expect((await app('shipping').inject({ method: 'POST', url: `/shipments/${shipped}/dispatch` })).statusCode).toBe(204)
  await happens(`orders.OrderShipped ${shipped}`)
  const refused = await app('orders').inject({ method: 'POST', url: `/orders/${shipped}/cancel` })
  expect([refused.statusCode, refused.json().code]).toEqual([409, 'ORDER_ALREADY_SHIPPED'])
})

test('an order that is placed while payments is down completes when it comes back', async () => {
  await end('payments')
  const orderId = await place('while-payments-is-down', 'MAP-COAST', 1, 2400)
  await happens(`orders.OrderReserved ${orderId}`)
  await begin('payments')
  await happens(`orders.OrderConfirmed ${orderId}`)
})

test('payments does not answer in time: the order is given up, also by a service that starts again meanwhile; the late payment is refunded', async () => {
  await end('payments')
  await end('orders')
  orderTimeoutMs = 4000
  await begin('orders')
  const orderId = await place('too-late', 'MAP-COAST', 1, 2400)
  await happens(`orders.OrderReserved ${orderId}`)
  // Timers have no storage of their own: the next owner of the partition has them from the state.
  await end('orders')
  await begin('orders')
  await happens(`orders.OrderCancelled ${orderId}`)
  expect(cancelledBecause.get(orderId)).toBe('timeout')
  await happens('inventory.StockReleased MAP-COAST')
  await begin('payments')
  await happens('payments.PaymentAuthorized too-late')
  await happens('payments.PaymentRefunded too-late')
  await expect.poll(() => get('payments', '/customers/too-late/credit')).toMatchObject({ used: 0 })
  expect(count(`orders.OrderCancelled ${orderId}`)).toBe(1)
})

test('a cancellation of what somebody saw is a 409 once the order has moved on', async () => {
  const orderId = await place('if-match', 'TEA-BLACK', 1, 890)
  await happens(`orders.OrderConfirmed ${orderId}`)
  const cancel = (tag: string) => app('orders').inject({ method: 'POST', url: `/orders/${orderId}/cancel`, headers: { 'if-match': tag } })
  const refused = await cancel('"1"')
  expect([refused.statusCode, refused.json().code]).toEqual([412, 'VERSION_CONFLICT'])
  // Placed, line reserved, reserved, paid, confirmed.
  expect((await cancel('"5"')).statusCode).toBe(202)
})

test('a service that starts again knows what it knew and opens nothing twice', async () => {
  await end('inventory')
  await begin('inventory')
  expect(await get('inventory', '/availability/MUG-BLUE')).toEqual({
    sku: 'MUG-BLUE',
    available: 999_998,
    reserved: 0,
    sold: 2,
    received: 1_000_000,
  })
  expect(count('inventory.StockReceived MUG-BLUE')).toBe(1)
  const orderId = await place('after-restart', 'MUG-BLUE', 1, 1450)
  await happens(`orders.OrderConfirmed ${orderId}`)
})
