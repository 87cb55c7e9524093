import { type EventsFor, eventSchemas } from '../shared/contracts/events/events.ts'
import { ordersEvents } from '../shared/contracts/events/orders.ts'
import { eventVersions } from '../shared/contracts/events/versions.ts'
import { workloads } from '../shared/contracts/topology.ts'
import type { EventSourcedService } from '../shared/runtime/event-sourced-service.ts'
import { type OrdersCommand, ordersCommands } from './decider/commands.ts'
import { ordersDecider } from './decider/decider.ts'
import type { OrderState, OrdersEvent } from './decider/evolve.ts'
import { type OrdersErrorCode, ordersErrors } from './errors.ts'
import { createPlaced } from './projections.ts'
import { reactions } from './reactions.ts'
import { serveOrders } from './routes/order-routes.ts'

/**
 * The orders service, assembled: the command side only. Its view is for naming orders; what became of them is order-history's to tell.
 * @param timeoutMs from placing to confirmation; an order that takes longer is cancelled
 */
export function ordersService(
  timeoutMs: number,
  clock: () => Date = () => new Date(),
): EventSourcedService<OrderState, OrdersCommand, OrdersEvent, OrdersErrorCode, EventsFor<'orders'>> {
  const placed = createPlaced()
  return {
    service: 'orders',
    decider: ordersDecider,
    commandSchemas: ordersCommands,
    eventSchemas: ordersEvents,
    eventVersions,
    foreignEventSchemas: eventSchemas,
    reactions,
    subscribesTo: workloads.orders.subscribesTo,
    problems: ordersErrors,
    view: placed.update,
    routes: (app, sendCommand) => serveOrders(app, placed, sendCommand, () => new Date(clock().getTime() + timeoutMs).toISOString()),
  }
}
