import type { DomainEvent, EventType } from '../../services/shared/contracts/index.ts'
import type { RecordedEvent } from '../../services/shared/runtime/messaging/record-codec.ts'
import { orderId, orderSnapshot, respondBy } from './order-snapshots.ts'

const start = Date.parse('2026-03-01T10:00:00Z')

export const publisher = (type: EventType): string => type.slice(0, type.indexOf('.'))

/** Events of one story, a second apart, as they lie in the first partition of their topics. */
export function story(...events: readonly DomainEvent[]): RecordedEvent[] {
  const ends = new Map<string, number>()
  return events.map(({ type, data }, index) => {
    const topic = `${publisher(type)}.events`
    const offset = ends.get(topic) ?? 0
    ends.set(topic, offset + 1)
    const time = new Date(start + index * 1000).toISOString()
    const id = `${type}@${time}`
    const aggregateId = topic === 'orders.events' ? orderIdOf(data) : 'x'
    const ids = { id, aggregateId, causationId: id, correlationId: id }
    // Each story is of one order, so its version is the place of its event among those of its topic.
    return { topic, partition: 0, offset, data, envelope: { ...ids, type, schemaVersion: 1, version: offset + 1, time } }
  })
}

const orderIdOf = (data: object): string => {
  const { order, orderId: id } = data as { order?: { orderId: string }; orderId?: string }
  return order?.orderId ?? id ?? ''
}

const order = orderSnapshot('1', ['2 MUG-BLUE'])
const [sku, quantity, trackingId, customerId, amount] = ['MUG-BLUE', 2, 'BW-1', 'ada', 2000] as const
const placed: DomainEvent[] = [
  { type: 'orders.OrderPlaced', data: { order, requestHash: 'h', respondBy } },
  { type: 'inventory.StockReserved', data: { sku, quantity, order } },
  { type: 'orders.OrderLineReserved', data: { orderId: orderId('1'), sku } },
  { type: 'orders.OrderReserved', data: { order } },
]

export const delivered = story(
  ...placed,
  { type: 'payments.PaymentAuthorized', data: { customerId, amount, order } },
  { type: 'orders.OrderPaid', data: { order } },
  { type: 'inventory.StockSold', data: { sku, quantity, orderId: orderId('1') } },
  { type: 'shipping.ShipmentBooked', data: { order, trackingId } },
  { type: 'orders.OrderConfirmed', data: { order, trackingId } },
  { type: 'shipping.ParcelDispatched', data: { orderId: orderId('1'), trackingId } },
  { type: 'orders.OrderShipped', data: { order, trackingId } },
)

export const refused = story(
  ...placed,
  { type: 'payments.PaymentDeclined', data: { customerId, amount, creditLeft: 150, order } },
  { type: 'orders.OrderCancelled', data: { order, reason: 'credit-refused', detail: '1.50 € left' } },
  { type: 'inventory.StockReleased', data: { sku, quantity, orderId: orderId('1'), from: 'reserved' } },
  { type: 'shipping.ShipmentCancelled', data: { orderId: orderId('1') } },
)
