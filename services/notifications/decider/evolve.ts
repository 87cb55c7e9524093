import type { EventsOf } from '../../shared/contracts/events/events.ts'
import type { NotificationKind } from '../../shared/contracts/events/notifications.ts'

export type NotificationsEvent = EventsOf<'notifications'>

/** What the customer was told of one order. */
export interface NotificationsState {
  readonly sent: readonly NotificationKind[]
}

export const initial: NotificationsState = { sent: [] }

/** State + event → state. */
export function evolve({ sent }: NotificationsState, event: NotificationsEvent): NotificationsState {
  switch (event.type) {
    case 'notifications.NotificationSent':
      return { sent: [...sent, event.data.kind] }
  }
}
