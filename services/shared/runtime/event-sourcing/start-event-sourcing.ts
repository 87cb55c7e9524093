import type { Registry } from 'prom-client'
import type { TSchema } from 'typebox'
import type { Addressed, Command, Decider, Fact, ReactionTable } from '../decider.ts'
import type { EventLog } from '../kafka/event-log.ts'
import type { Logger } from '../kafka/kafka-logger.ts'

/** A command on its way, with the ids that its events will carry. */
export interface SubmittedCommand<C extends Command> extends Addressed<C> {
  /** The same id for the same wish: events derive theirs from it. */
  readonly id: string
  readonly correlationId: string
  /** What led to the command; itself when left out. */
  readonly causationId?: string
  /** Refuse (`VERSION_CONFLICT`) unless the aggregate has this version. */
  readonly expectedVersion?: number
  readonly traceparent?: string
}

/** `pending`: no answer in time. The command is in the log and will be decided. */
export type CommandOutcome<Event extends Fact = Fact, Code extends string = string> =
  | { readonly status: 'changed'; readonly events: readonly Event[] }
  | { readonly status: 'unchanged' }
  | { readonly status: 'refused'; readonly code: Code | RuntimeRefusal; readonly detail: string }
  | { readonly status: 'pending' }

/** Refusals that need no decider: the version is another one; the command made `decide` throw and lies in the dead letters. */
export type RuntimeRefusal = 'VERSION_CONFLICT' | 'COMMAND_PARKED'

export interface EventSourcingOptions<State, C extends Command, Event extends Fact, Code extends string, Heard extends Fact> {
  /** As in topology: `<service>.commands`, `<service>.events`, `<service>.dlq`, group `<service>.reactions`. */
  readonly service: string
  readonly eventLog: EventLog
  readonly decider: Decider<State, C, Event, Code>
  /** By command type, e.g. `ReserveStock`. */
  readonly commandSchemas: Readonly<Record<C['type'], TSchema>>
  /** Own events by wire name, e.g. `inventory.StockReserved`. */
  readonly eventSchemas: Readonly<Record<Event['type'], TSchema>>
  /** At least the events in `reactions`, by wire name. */
  readonly foreignEventSchemas?: Readonly<Record<string, TSchema>>
  readonly reactions?: ReactionTable<Heard, C>
  /** Services whose events are read for `reactions`. */
  readonly hears?: readonly string[]
  readonly logger: Logger
  readonly clock?: () => Date
  readonly metrics?: Registry
}

/** A running command side. */
export interface EventSourcing<C extends Command, Event extends Fact, Code extends string> {
  /**
   * Writes the command to the log and waits for its answer.
   * @param waitMs how long to wait for the answer once the command is in the log
   * @throws EventLogUnavailable when Kafka did not take the command in time; it may still be decided later
   */
  submit(command: SubmittedCommand<C>, waitMs: number): Promise<CommandOutcome<Event, Code>>
  /** What is still being waited for, in words; ready when nothing is. */
  ready(): { readonly ready: boolean; readonly waitingFor: readonly string[] }
  /** Leaves the groups, finishes the batch at hand. Leaves the event log open. */
  stop(): Promise<void>
}

/** Starts deciding commands, reacting to heard events and answering callers. Resolves before it is ready. */
export async function startEventSourcing<State, C extends Command, Event extends Fact, Code extends string, Heard extends Fact = never>(
  options: EventSourcingOptions<State, C, Event, Code, Heard>,
): Promise<EventSourcing<C, Event, Code>> {
  throw new Error(`not yet: ${options.service}`)
}
