import type { EventsFor } from '../shared/contracts/events/events.ts'
import type { ReactionTable } from '../shared/runtime/event-sourcing/decider.ts'
import type { ShippingCommand } from './decider/commands.ts'

/** Shipping's part of the choreography, to the shipment of the order. */
export const reactions = {
  'payments.PaymentAuthorized': ({ order }) => [{ aggregateId: order.orderId, command: { type: 'BookShipment', data: { order } } }],
  'orders.OrderCancelled': ({ order: { orderId } }) => [{ aggregateId: orderId, command: { type: 'CancelShipment', data: { orderId } } }],
} satisfies ReactionTable<EventsFor<'shipping'>, ShippingCommand>
