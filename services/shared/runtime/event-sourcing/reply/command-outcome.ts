import type { Command, CommandMessage, DomainEvent } from '../decider.ts'

/** A command on its way, with the ids that its events will carry. */
export interface SubmittedCommand<C extends Command> extends CommandMessage<C> {
  /** The same id for the same wish: events derive theirs from it. */
  readonly id: string
  readonly correlationId: string
  /** What led to the command; itself when left out. */
  readonly causationId?: string
  /** Refuse (`VERSION_CONFLICT`) unless the aggregate has this version. */
  readonly expectedVersion?: number
  readonly traceparent?: string
}

/** Refusals that need no decider: the version is another one; the command made `decide` throw and lies in the dead letters. */
export type RuntimeRefusal = 'VERSION_CONFLICT' | 'COMMAND_PARKED'

/**
 * `version` is the aggregate's after the command; answers of earlier releases that say `unchanged` do not tell it.
 * `pending`: no answer in time. The command is in the log and will be decided.
 */
export type CommandOutcome<Event extends DomainEvent = DomainEvent, Code extends string = string> =
  | { readonly status: 'changed'; readonly events: readonly Event[]; readonly version: number }
  | { readonly status: 'unchanged'; readonly version?: number }
  | { readonly status: 'refused'; readonly code: Code | RuntimeRefusal; readonly detail: string }
  | { readonly status: 'pending' }

/** Kafka did not take the command in time; it may still be decided later. Tell the caller to try again with the same id. */
export class EventLogUnavailable extends Error {
  override readonly name = 'EventLogUnavailable'
  readonly code = 'EVENT_LOG_UNAVAILABLE'
}
