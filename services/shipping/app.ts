import { type EventsFor, eventSchemas } from '../shared/contracts/events/events.ts'
import { shippingEvents } from '../shared/contracts/events/shipping.ts'
import { eventVersions } from '../shared/contracts/events/versions.ts'
import { workloads } from '../shared/contracts/topology.ts'
import type { EventSourcedService } from '../shared/runtime/event-sourced-service.ts'
import { type ShippingCommand, shippingCommands } from './decider/commands.ts'
import { shippingDecider } from './decider/decider.ts'
import type { ShipmentState, ShippingEvent } from './decider/evolve.ts'
import { type ShippingErrorCode, shippingErrors } from './errors.ts'
import { createShipments } from './projections.ts'
import { reactions } from './reactions.ts'
import { serveShipments } from './routes.ts'

/** The shipping service, assembled. */
export function shippingService(): EventSourcedService<
  ShipmentState,
  ShippingCommand,
  ShippingEvent,
  ShippingErrorCode,
  EventsFor<'shipping'>
> {
  const shipments = createShipments()
  return {
    service: 'shipping',
    decider: shippingDecider,
    commandSchemas: shippingCommands,
    eventSchemas: shippingEvents,
    eventVersions,
    foreignEventSchemas: eventSchemas,
    reactions,
    subscribesTo: workloads.shipping.subscribesTo,
    problems: shippingErrors,
    view: shipments.update,
    routes: (app, sendCommand) => serveShipments(app, shipments, sendCommand),
  }
}
