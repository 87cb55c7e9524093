import { Type } from 'typebox'
import { CancellationReason } from '../../shared/contracts/events/orders.ts'
import { OrderId, OrderSnapshot, Sku } from '../../shared/contracts/values.ts'
import type { CommandOf } from '../../shared/runtime/event-sourcing/decider.ts'

const TrackingId = Type.String()

/** What orders can be told, keyed by order id. */
export const ordersCommands = {
  PlaceOrder: Type.Object({
    order: OrderSnapshot,
    requestHash: Type.String({ minLength: 1, maxLength: 128 }),
    /** The order is given up unless it is confirmed by then. */
    respondBy: Type.String({ format: 'date-time' }),
  }),
  ReserveLine: Type.Object({ orderId: OrderId, sku: Sku }),
  PayOrder: Type.Object({ orderId: OrderId }),
  ConfirmOrder: Type.Object({ orderId: OrderId, trackingId: TrackingId }),
  ShipOrder: Type.Object({ orderId: OrderId, trackingId: TrackingId }),
  /** `respondBy` has passed. */
  ExpireOrder: Type.Object({ orderId: OrderId }),
  CancelOrder: Type.Object({ orderId: OrderId, reason: CancellationReason, detail: Type.String() }),
}

export type OrdersCommand = CommandOf<typeof ordersCommands>
