import { type Static, Type } from 'typebox'
import { OrderId, OrderSlip, Sku } from '../values.ts'

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
    order: OrderSlip,
    requestHash: Type.String({
      description: 'tells a repeated request from another one under the same Idempotency-Key',
    }),
    /** The order is given up unless it is confirmed by then. Since version 2. */
    respondBy: Type.String({ format: 'date-time' }),
  }),
  'orders.OrderLineReserved': Type.Object({ orderId: OrderId, sku: Sku }),
  'orders.OrderReserved': Type.Object({ order: OrderSlip }),
  'orders.OrderPaid': Type.Object({ order: OrderSlip }),
  'orders.OrderConfirmed': Type.Object({
    order: OrderSlip,
    trackingId: Type.String(),
  }),
  'orders.OrderShipped': Type.Object({
    order: OrderSlip,
    trackingId: Type.String(),
  }),
  'orders.OrderCancelled': Type.Object({
    order: OrderSlip,
    reason: CancellationReason,
    detail: Type.String(),
  }),
}
