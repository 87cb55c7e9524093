import { type Decider, identityCodec } from '../../shared/runtime/event-sourcing/decider.ts'
import type { NotificationsErrorCode } from '../errors.ts'
import type { NotificationsCommand } from './commands.ts'
import { decide } from './decide.ts'
import { evolve, initial, type NotificationsEvent, NotificationsState } from './evolve.ts'

/** The memory of what the customer was told of one order. */
export const notificationsDecider: Decider<NotificationsState, NotificationsCommand, NotificationsEvent, NotificationsErrorCode> = {
  initial,
  decide,
  evolve,
  snapshot: identityCodec(NotificationsState, 1),
}
