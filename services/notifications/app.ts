import { type EventsFor, eventSchemas } from '../shared/contracts/events/events.ts'
import { notificationsEvents } from '../shared/contracts/events/notifications.ts'
import { eventVersions } from '../shared/contracts/events/versions.ts'
import { workloads } from '../shared/contracts/topology.ts'
import type { EventSourcedService } from '../shared/runtime/event-sourced-service.ts'
import { type NotificationsCommand, notificationsCommands } from './decider/commands.ts'
import { notificationsDecider } from './decider/decider.ts'
import type { NotificationsEvent, NotificationsState } from './decider/evolve.ts'
import { type NotificationsErrorCode, notificationsErrors } from './errors.ts'
import { reactions } from './reactions.ts'

/** The notifications service, assembled. Nobody asks it anything: it has no routes and no view. */
export function notificationsService(): EventSourcedService<
  NotificationsState,
  NotificationsCommand,
  NotificationsEvent,
  NotificationsErrorCode,
  EventsFor<'notifications'>
> {
  return {
    service: 'notifications',
    decider: notificationsDecider,
    commandSchemas: notificationsCommands,
    eventSchemas: notificationsEvents,
    eventVersions,
    foreignEventSchemas: eventSchemas,
    reactions,
    subscribesTo: workloads.notifications.subscribesTo,
    problems: notificationsErrors,
  }
}
