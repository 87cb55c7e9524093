import { Type } from 'typebox'
import { NotificationKind } from '../../shared/contracts/events/notifications.ts'
import { CustomerId, OrderId } from '../../shared/contracts/values.ts'
import type { CommandOf } from '../../shared/runtime/event-sourcing/decider.ts'

/** What notifications can be told, keyed by order id. */
export const notificationsCommands = {
  NotifyCustomer: Type.Object({ orderId: OrderId, customerId: CustomerId, kind: NotificationKind, text: Type.String() }),
}

export type NotificationsCommand = CommandOf<typeof notificationsCommands>
