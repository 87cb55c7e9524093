import { type EventsFor, eventSchemas } from '../shared/contracts/events/events.ts'
import { ordersEvents } from '../shared/contracts/events/orders.ts'
import { eventVersions } from '../shared/contracts/events/versions.ts'
import { workloads } from '../shared/contracts/topology.ts'
import type { EventSourcedService } from '../shared/runtime/event-sourced-service.ts'
import { type Metrics, metricsIn } from '../shared/runtime/process/metrics.ts'
import { type OrdersCommand, ordersCommands } from './decider/commands.ts'
import { ordersDecider } from './decider/decider.ts'
import type { OrderState, OrdersEvent } from './decider/evolve.ts'
import { type OrdersErrorCode, ordersErrors } from './errors.ts'
import { createPlaced } from './projections.ts'
import { reactions } from './reactions.ts'
import { serveOrders } from './routes/order-routes.ts'

/** Seconds; from a saga in which nobody waits to the usual time-out. */
const buckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 900]

/** Measures how long orders take from placing to what they come to: confirmed or cancelled. */
function measureSagas(timeoutMs: number, clock: () => Date, metrics: Metrics | undefined) {
  const durations = metricsIn(metrics).histogram({
    name: 'saga_duration_seconds',
    help: 'Time from the placing of an order to its confirmation or cancellation',
    labelNames: ['saga', 'outcome'],
    buckets,
  })
  return (before: OrderState, after: OrderState): void => {
    if (after.status !== 'confirmed' && after.status !== 'cancelled') return
    if (before.status === 'confirmed' || before.status === 'cancelled') return
    const placedMs = Date.parse(after.respondBy) - timeoutMs
    durations.observe({ saga: 'order', outcome: after.status }, Math.max(0, clock().getTime() - placedMs) / 1000)
  }
}

/**
 * The orders service, assembled: the command side only. Its view is for naming orders; what became of them is order-history's to tell.
 * @param timeoutMs from placing to confirmation; an order that takes longer is cancelled
 */
export function ordersService(
  timeoutMs: number,
  clock: () => Date = () => new Date(),
  metrics?: Metrics,
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
    onChanged: measureSagas(timeoutMs, clock, metrics),
    routes: (app, sendCommand) => serveOrders(app, placed, sendCommand, () => new Date(clock().getTime() + timeoutMs).toISOString()),
  }
}
