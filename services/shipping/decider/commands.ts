import { Type } from 'typebox'
import { OrderId, OrderSnapshot } from '../../shared/contracts/values.ts'
import type { CommandOf } from '../../shared/runtime/event-sourcing/decider.ts'

/** What shipping can be told, keyed by order id. */
export const shippingCommands = {
  BookShipment: Type.Object({ order: OrderSnapshot }),
  /** The warehouse hands the parcel to the carrier. */
  DispatchParcel: Type.Object({ orderId: OrderId }),
  /** The order has ended: send nothing, or call back what is on the way. */
  CancelShipment: Type.Object({ orderId: OrderId }),
}

export type ShippingCommand = CommandOf<typeof shippingCommands>
