import { type Static, Type } from 'typebox'
import { Cents, OrderId, Sku } from '../values.ts'

/** shipping `GET /quotes/{sku}` */
export const Quote = Type.Object({
  sku: Sku,
  price: Cents,
  days: Type.Integer({ minimum: 1 }),
})
export type Quote = Static<typeof Quote>

/** shipping `GET /shipments/{orderId}` */
export const Shipment = Type.Object({
  orderId: OrderId,
  status: Type.Union([Type.Literal('booked'), Type.Literal('dispatched'), Type.Literal('cancelled'), Type.Literal('recalled')]),
  trackingId: Type.Optional(Type.String()),
})
export type Shipment = Static<typeof Shipment>
