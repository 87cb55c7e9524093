import { projections } from '../../../../services/order-history/projections/projections.ts'
import type { DomainEvent, EventType } from '../../../../services/shared/contracts/index.ts'
import type { Queries } from '../../../../services/shared/runtime/projection/database.ts'
import { orderId, orderSlip, respondBy } from '../../../unit/order-slips.ts'

export interface TimedEvent {
  readonly event: DomainEvent
  readonly time: string
}

const start = Date.parse('2026-03-01T10:00:00Z')

/** Events of one story, a second apart. */
export const story = (...events: readonly DomainEvent[]): TimedEvent[] =>
  events.map((event, i) => ({ event, time: new Date(start + i * 1000).toISOString() }))

/** Hands events to the projections one after the other, as the runtime would. */
export async function apply(events: readonly TimedEvent[], queries: Queries): Promise<void> {
  for (const { event, time } of events) {
    const id = `${event.type}@${time}`
    const envelope = { id, type: event.type, schemaVersion: 1, aggregateId: 'x', version: 1, causationId: id, correlationId: id, time }
    await projections[event.type]?.({ data: event.data as never, envelope }, queries)
  }
}

const order = orderSlip('1', ['2 MUG-BLUE'])
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

export const publisher = (type: EventType): string => type.slice(0, type.indexOf('.'))
