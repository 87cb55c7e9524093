import type { EventsFor } from '../shared/contracts/events/events.ts'
import type { NotificationKind } from '../shared/contracts/events/notifications.ts'
import type { CancellationReason } from '../shared/contracts/events/orders.ts'
import type { CommandMessage, ReactionTable } from '../shared/runtime/event-sourcing/decider.ts'
import type { NotificationsCommand } from './decider/commands.ts'

const because: Record<CancellationReason, string> = {
  customer: 'as you asked',
  'out-of-stock': 'because something in it is out of stock',
  'credit-refused': 'because it exceeds your credit',
  timeout: 'because it could not be completed in time',
}

const euros = (cents: number): string => `${(cents / 100).toFixed(2)} €`

function notify(
  to: { orderId: string; customerId: string },
  kind: NotificationKind,
  text: string,
): readonly CommandMessage<NotificationsCommand>[] {
  const { orderId, customerId } = to
  return [{ aggregateId: orderId, command: { type: 'NotifyCustomer', data: { orderId, customerId, kind, text } } }]
}

/** Notifications' part of the choreography: which news reaches the customer, and in which words. */
export const reactions = {
  'orders.OrderPlaced': ({ order }) => notify(order, 'order-received', `We have your order ${order.orderId} over ${euros(order.total)}.`),
  'orders.OrderConfirmed': ({ order, trackingId }) =>
    notify(order, 'order-confirmed', `Your order ${order.orderId} is confirmed; its parcel is ${trackingId}.`),
  'orders.OrderShipped': ({ order, trackingId }) =>
    notify(order, 'order-shipped', `The parcel ${trackingId} of your order ${order.orderId} is on its way.`),
  'orders.OrderCancelled': ({ order, reason }) =>
    notify(order, 'order-cancelled', `Your order ${order.orderId} was cancelled ${because[reason]}.`),
  'payments.PaymentRefunded': (refund) =>
    notify(refund, 'payment-refunded', `We gave you back ${euros(refund.amount)} for your order ${refund.orderId}.`),
} satisfies ReactionTable<EventsFor<'notifications'>, NotificationsCommand>
