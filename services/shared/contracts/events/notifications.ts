import { type Static, Type } from 'typebox'
import { CustomerId, OrderId } from '../values.ts'

export const NotificationKind = Type.Union([
  Type.Literal('order-received'),
  Type.Literal('order-confirmed'),
  Type.Literal('order-cancelled'),
  Type.Literal('order-shipped'),
  Type.Literal('payment-refunded'),
])
export type NotificationKind = Static<typeof NotificationKind>

/** `notifications.events`, keyed by order id: the service's own memory of what was sent to whom. */
export const notificationsEvents = {
  'notifications.NotificationSent': Type.Object({
    orderId: OrderId,
    customerId: CustomerId,
    kind: NotificationKind,
    text: Type.String(),
  }),
}
