import type { Decision } from '../../shared/runtime/event-sourcing/decider.ts'
import type { NotificationsErrorCode } from '../errors.ts'
import type { NotificationsCommand } from './commands.ts'
import type { NotificationsEvent, NotificationsState } from './evolve.ts'

/** Command + state → events: each kind once per order. */
export function decide({ data }: NotificationsCommand, { sent }: NotificationsState): Decision<NotificationsEvent, NotificationsErrorCode> {
  return sent.includes(data.kind) ? [] : [{ type: 'notifications.NotificationSent', data }]
}
