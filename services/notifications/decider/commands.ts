import { type Static, Type } from 'typebox'
import { NotificationKind } from '../../shared/contracts/events/notifications.ts'
import { CustomerId, OrderId } from '../../shared/contracts/values.ts'

/** What notifications can be told, keyed by order id. */
export const notificationsCommands = {
  NotifyCustomer: Type.Object({ orderId: OrderId, customerId: CustomerId, kind: NotificationKind, text: Type.String() }),
}

type Schemas = typeof notificationsCommands
export type NotificationsCommand = { [K in keyof Schemas]: { readonly type: K; readonly data: Static<Schemas[K]> } }[keyof Schemas]
