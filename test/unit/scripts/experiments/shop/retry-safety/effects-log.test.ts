import { expect, test } from 'vitest'
import { effectsLog } from '../../../../../../scripts/experiments/shop/retry-safety/effects-log.ts'
import { encodeRecord } from '../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { inMemoryEventLog } from '../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const [ours, theirs] = ['ord_aaaaaaaaaaaaaaaaaaaaaa', 'ord_bbbbbbbbbbbbbbbbbbbbbb']
const order = (orderId: string, customerId: string) => ({
  orderId,
  customerId,
  lines: [{ sku: 'MUG-BLUE', quantity: 2, unitPrice: 1450 }],
  total: 2900,
  shipTo: { name: 'A', street: 'B', city: 'C', postalCode: '1', country: 'DE' },
})
const envelope = (id: string, type: string, orderId: string, more: { causationId?: string; source?: string; version?: number } = {}) => ({
  id,
  type,
  schemaVersion: 1,
  aggregateId: orderId,
  version: 0,
  causationId: id,
  correlationId: orderId,
  time: '2026-01-01T00:00:00Z',
  ...more,
})

async function opened() {
  const eventLog = inMemoryEventLog()
  const command = (id: string, type: string, orderId: string, service: string) =>
    eventLog.produce([encodeRecord(`${service}.commands`, envelope(id, type, orderId), { orderId })])
  const event = (type: string, orderId: string, data: unknown, of: { causationId: string; source: string }) =>
    eventLog.produce([
      encodeRecord(
        `${type.split('.')[0]}.events`,
        envelope(`${type}-${of.source}`, type, orderId, { ...of, version: type.endsWith('CommandAnswered') ? 0 : 1 }),
        data,
      ),
    ])
  await command('before', 'PlaceOrder', ours, 'orders')
  return { log: await effectsLog(eventLog), command, event }
}

test('what a customer got is counted from the log, from when it was opened', async () => {
  const { log, event } = await opened()
  const by = { causationId: 'c1', source: 'orders.commands/0/1' }
  await event('orders.OrderPlaced', ours, { order: order(ours, 'me'), requestHash: 'h', respondBy: '2026-01-01T00:00:00Z' }, by)
  await event('payments.PaymentAuthorized', ours, { customerId: 'me', amount: 2900, order: order(ours, 'me') }, by)
  await event('inventory.StockReserved', ours, { sku: 'MUG-BLUE', quantity: 2, order: order(ours, 'me') }, by)
  await event('shipping.ShipmentBooked', ours, { order: order(ours, 'me'), trackingId: 't' }, by)
  await event('notifications.NotificationSent', ours, { orderId: ours, customerId: 'me', kind: 'order-received', text: '' }, by)
  await event(
    'notifications.NotificationSent',
    ours,
    { orderId: ours, customerId: 'me', kind: 'order-shipped', text: '' },
    { ...by, source: 'orders.commands/0/2' },
  )
  await event('orders.OrderConfirmed', ours, { order: order(ours, 'me'), trackingId: 't' }, by)
  await event('payments.PaymentAuthorized', theirs, { customerId: 'you', amount: 1, order: order(theirs, 'you') }, by)
  expect((await log.read()).of('me')).toEqual({
    orders: [ours],
    ended: [ours],
    charges: 1,
    cents: 2900,
    reserved: { 'MUG-BLUE': 2 },
    shipments: 1,
    receipts: 1,
  })
  expect((await log.read()).of('nobody').orders).toEqual([])
  await log.close()
})

test('commands of these customers are delivered again as they are; each delivery, its answer and its effect are counted', async () => {
  const { log, command, event } = await opened()
  await event(
    'orders.OrderPlaced',
    ours,
    { order: order(ours, 'me'), requestHash: 'h', respondBy: '2026-01-01T00:00:00Z' },
    { causationId: 'placing', source: 'orders.commands/0/0' },
  )
  await event(
    'orders.OrderPlaced',
    theirs,
    { order: order(theirs, 'you'), requestHash: 'h', respondBy: '2026-01-01T00:00:00Z' },
    { causationId: 'other', source: 'orders.commands/0/0' },
  )
  await command('pay', 'AuthorizePayment', ours, 'payments')
  await command('theirs', 'AuthorizePayment', theirs, 'payments')
  await log.read()
  const me = new Set(['me'])
  expect(await log.deliverAgain(me)).toBe(1)
  expect(await log.deliverAgain(new Set(['nobody']))).toBe(0)
  await event(
    'payments.PaymentAuthorized',
    ours,
    { customerId: 'me', amount: 1, order: order(ours, 'me') },
    { causationId: 'pay', source: 'payments.commands/0/0' },
  )
  const before = (await log.read()).delivered(me)
  expect([...before]).toEqual([['pay', { records: 2, answered: 1, effective: 1 }]])
  await event('payments.CommandAnswered', ours, { code: 'ALREADY' }, { causationId: 'pay', source: 'payments.commands/0/2' })
  expect((await log.read()).delivered(me).get('pay')).toEqual({ records: 2, answered: 2, effective: 1 })
  await event(
    'payments.PaymentAuthorized',
    ours,
    { customerId: 'me', amount: 1, order: order(ours, 'me') },
    { causationId: 'pay', source: 'payments.commands/0/2' },
  )
  const effects = await log.read()
  expect(effects.delivered(me).get('pay')?.effective).toBe(2)
  expect(effects.of('me').charges).toBe(2)
  await log.close()
})
