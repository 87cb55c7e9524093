import { Type } from 'typebox'
import { OrderId, OrderSnapshot } from '../values.ts'

/** `shipping.events`, keyed by order id. */
export const shippingEvents = {
  'shipping.ShipmentBooked': Type.Object({
    order: OrderSnapshot,
    trackingId: Type.String(),
  }),
  /** Also written for an order that ended before its shipment was booked, so that a late booking sends nothing. */
  'shipping.ShipmentCancelled': Type.Object({ orderId: OrderId }),
  'shipping.ParcelDispatched': Type.Object({
    orderId: OrderId,
    trackingId: Type.String(),
  }),
  /** The order was cancelled while its parcel was on the way. */
  'shipping.ParcelRecalled': Type.Object({
    orderId: OrderId,
    trackingId: Type.String(),
  }),
}
