import type { EventsFor } from '../shared/contracts/events/events.ts'
import type { ReactionTable } from '../shared/runtime/event-sourcing/decider.ts'
import type { PaymentsCommand } from './decider/commands.ts'

/** Payments' part of the choreography, to the account of the order's customer. */
export const reactions = {
  'orders.OrderReserved': ({ order }) => [{ aggregateId: order.customerId, command: { type: 'AuthorizePayment', data: { order } } }],
  'orders.OrderCancelled': ({ order: { customerId, orderId } }) => [
    { aggregateId: customerId, command: { type: 'RefundPayment', data: { customerId, orderId } } },
  ],
} satisfies ReactionTable<EventsFor<'payments'>, PaymentsCommand>
