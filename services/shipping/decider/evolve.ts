import { type Static, Type } from 'typebox'
import type { EventsOf } from '../../shared/contracts/events/events.ts'

export type ShippingEvent = EventsOf<'shipping'>

/** The shipment of one order. `cancelled` may come before `booked`: then a late booking sends nothing. */
export const ShipmentState = Type.Union([
  Type.Object({ status: Type.Union([Type.Literal('unbooked'), Type.Literal('cancelled')]) }),
  Type.Object({
    status: Type.Union([Type.Literal('booked'), Type.Literal('dispatched'), Type.Literal('recalled')]),
    trackingId: Type.String(),
  }),
])
export type ShipmentState = Static<typeof ShipmentState>

export const initial: ShipmentState = { status: 'unbooked' }

/** State + event → state. */
export function evolve(_state: ShipmentState, event: ShippingEvent): ShipmentState {
  switch (event.type) {
    case 'shipping.ShipmentBooked':
      return { status: 'booked', trackingId: event.data.trackingId }
    case 'shipping.ShipmentCancelled':
      return { status: 'cancelled' }
    case 'shipping.ParcelDispatched':
      return { status: 'dispatched', trackingId: event.data.trackingId }
    case 'shipping.ParcelRecalled':
      return { status: 'recalled', trackingId: event.data.trackingId }
  }
}
