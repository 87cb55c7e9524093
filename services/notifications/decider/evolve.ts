import { type Static, Type } from 'typebox'
import type { EventsOf } from '../../shared/contracts/events/events.ts'
import { NotificationKind } from '../../shared/contracts/events/notifications.ts'

export type NotificationsEvent = EventsOf<'notifications'>

/** What the customer was told of one order. */
export const NotificationsState = Type.Object({ sent: Type.Array(NotificationKind) })
export type NotificationsState = Static<typeof NotificationsState>

export const initial: NotificationsState = { sent: [] }

/** State + event → state. */
export function evolve({ sent }: NotificationsState, event: NotificationsEvent): NotificationsState {
  switch (event.type) {
    case 'notifications.NotificationSent':
      return { sent: [...sent, event.data.kind] }
  }
}
