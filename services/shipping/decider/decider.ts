import { type Decider, identityCodec } from '../../shared/runtime/event-sourcing/decider.ts'
import type { ShippingErrorCode } from '../errors.ts'
import type { ShippingCommand } from './commands.ts'
import { decide } from './decide.ts'
import { evolve, initial, ShipmentState, type ShippingEvent } from './evolve.ts'

/** The rules of one order's shipment. */
export const shippingDecider: Decider<ShipmentState, ShippingCommand, ShippingEvent, ShippingErrorCode> = {
  initial,
  decide,
  evolve,
  snapshot: identityCodec(ShipmentState, 1),
}
