import { type Decision, refuse } from '../../shared/runtime/event-sourcing/decider.ts'
import type { ShippingErrorCode } from '../errors.ts'
import type { ShippingCommand } from './commands.ts'
import type { ShipmentState, ShippingEvent } from './evolve.ts'

/** Derived, so that deciding again books the same parcel: `ord_X` → `trk_X`. */
const trackingIdOf = (orderId: string): string => orderId.replace(/^ord_/, 'trk_')

/** Command + state → events, or a refusal. */
export function decide(command: ShippingCommand, state: ShipmentState): Decision<ShippingEvent, ShippingErrorCode> {
  switch (command.type) {
    case 'BookShipment': {
      const { order } = command.data
      return state.status === 'unbooked'
        ? [{ type: 'shipping.ShipmentBooked', data: { order, trackingId: trackingIdOf(order.orderId) } }]
        : []
    }
    case 'DispatchParcel':
      return dispatch(command.data.orderId, state)
    case 'CancelShipment':
      return cancel(command.data.orderId, state)
  }
}

function dispatch(orderId: string, state: ShipmentState): Decision<ShippingEvent, ShippingErrorCode> {
  switch (state.status) {
    case 'unbooked':
      return refuse('SHIPMENT_UNKNOWN', `No shipment is booked for ${orderId}.`)
    case 'booked':
      return [{ type: 'shipping.ParcelDispatched', data: { orderId, trackingId: state.trackingId } }]
    case 'dispatched':
      return []
    case 'cancelled':
    case 'recalled':
      return refuse('SHIPMENT_CANCELLED', `The shipment of ${orderId} was cancelled.`)
  }
}

function cancel(orderId: string, state: ShipmentState): Decision<ShippingEvent, ShippingErrorCode> {
  switch (state.status) {
    case 'unbooked':
    case 'booked':
      return [{ type: 'shipping.ShipmentCancelled', data: { orderId } }]
    case 'dispatched':
      return [{ type: 'shipping.ParcelRecalled', data: { orderId, trackingId: state.trackingId } }]
    case 'cancelled':
    case 'recalled':
      return []
  }
}
