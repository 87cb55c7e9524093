import { type Static, Type } from 'typebox'
import { OrderId, OrderSnapshot, Sku } from '../values.ts'

export const CancellationReason = Type.Union([
  Type.Literal('customer'),
  Type.Literal('out-of-stock'),
  Type.Literal('credit-refused'),
  /** Not confirmed by its `respondBy`. */
  Type.Literal('timeout'),
])
export type CancellationReason = Static<typeof CancellationReason>

/** `orders.events`, keyed by order id. */
export const ordersEvents = {
  'orders.OrderPlaced': Type.Object({
    order: OrderSnapshot,
    requestHash: Type.String({
      description: 'tells a repeated request from another one under the same Idempotency-Key',
    }),
    /** The order is given up unless it is confirmed by then. Since version 2. */
    respondBy: Type.String({ format: 'date-time' }),
  }),
  'orders.OrderLineReserved': Type.Object({ orderId: OrderId, sku: Sku }),
  'orders.OrderReserved': Type.Object({ order: OrderSnapshot }),
  'orders.OrderPaid': Type.Object({ order: OrderSnapshot }),
  'orders.OrderConfirmed': Type.Object({
    order: OrderSnapshot,
    trackingId: Type.String(),
  }),
  'orders.OrderShipped': Type.Object({
    order: OrderSnapshot,
    trackingId: Type.String(),
  }),
  'orders.OrderCancelled': Type.Object({
    order: OrderSnapshot,
    reason: CancellationReason,
    detail: Type.String(),
  }),
}
