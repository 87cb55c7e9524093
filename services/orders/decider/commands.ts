import { type Static, Type } from 'typebox'
import { CancellationReason } from '../../shared/contracts/events/orders.ts'
import { OrderId, OrderSlip, Sku } from '../../shared/contracts/values.ts'

const TrackingId = Type.String()

/** What orders can be told, keyed by order id. */
export const ordersCommands = {
  PlaceOrder: Type.Object({ order: OrderSlip, requestHash: Type.String({ minLength: 1, maxLength: 128 }) }),
  ReserveLine: Type.Object({ orderId: OrderId, sku: Sku }),
  PayOrder: Type.Object({ orderId: OrderId }),
  ConfirmOrder: Type.Object({ orderId: OrderId, trackingId: TrackingId }),
  ShipOrder: Type.Object({ orderId: OrderId, trackingId: TrackingId }),
  CancelOrder: Type.Object({ orderId: OrderId, reason: CancellationReason, detail: Type.String() }),
}

type Schemas = typeof ordersCommands
export type OrdersCommand = { [K in keyof Schemas]: { readonly type: K; readonly data: Static<Schemas[K]> } }[keyof Schemas]
