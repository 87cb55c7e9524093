import type { Registry } from 'prom-client'
import type { TSchema } from 'typebox'
import { commandAnsweredType } from '../../contracts/command-answered.ts'
import type { Logger } from '../kafka/client/kafka-logger.ts'
import type { EventLog } from '../kafka/event-log.ts'
import { checkRange } from '../kafka/option-range.ts'
import { type BrokerNames, renameLog } from '../kafka/rename-log.ts'
import { dataCheck, isTypeName } from '../messaging/record-codec.ts'
import type { SchemaVersions } from '../messaging/schema-versions.ts'
import { commandsOf, deadLettersOf, eventsOf, snapshotsOf } from '../messaging/topic-names.ts'
import type { Command, Decider, DomainEvent, ReactionTable } from './decider.ts'
import { eventSourcingMetrics } from './event-sourcing-metrics.ts'
import { partitionCount } from './partitions/partition-count.ts'
import { startPartitionOwner } from './partitions/partition-owner.ts'
import { partitionProcessor } from './partitions/partition-processor.ts'
import { startEventHandler } from './react/event-handler.ts'
import type { IdempotencyWindow } from './recover/answered-commands.ts'
import type { CommandOutcome, SubmittedCommand } from './reply/command-outcome.ts'
import { recallAnswer } from './reply/recall-answer.ts'
import { replyRegistry } from './reply/reply-registry.ts'
import { submitCommand } from './reply/submit-command.ts'
import { followOwnEvents } from './views/follow-own-events.ts'
import type { UpdateView } from './views/in-memory-view.ts'

export type { CommandOutcome, RuntimeRefusal, SubmittedCommand } from './reply/command-outcome.ts'

export interface EventSourcingOptions<
  State,
  C extends Command,
  Event extends DomainEvent,
  Code extends string,
  Subscribed extends DomainEvent,
> {
  /**
   * As in topology. Topics: `<service>.commands`, `<service>.events`, `<service>.snapshots`, `<service>.dlq`; groups: `<service>.commands`,
   * `<service>.reactions`, `<service>.dlq`; transactional ids: `<service>-<partition>`.
   */
  readonly service: string
  readonly eventLog: EventLog
  readonly decider: Decider<State, C, Event, Code>
  /** By command type, e.g. `ReserveStock`. */
  readonly commandSchemas: Readonly<Record<C['type'], TSchema>>
  /** Own events by wire name, e.g. `inventory.StockReserved`. */
  readonly eventSchemas: Readonly<Record<Event['type'], TSchema>>
  /** At least the events in `reactions`, by wire name. */
  readonly foreignEventSchemas?: Readonly<Record<string, TSchema>>
  /** Of own events and those subscribed to; without it all have version 1 only. */
  readonly eventVersions?: SchemaVersions
  readonly reactions?: ReactionTable<Subscribed, C>
  /** Services whose events are read for `reactions`. */
  readonly subscribesTo?: readonly string[]
  /** Keeps the view that queries are answered from, on every replica. */
  readonly view?: UpdateView<State>
  /** Told the state of each aggregate before and after a transaction of this process that has changed it; for measurements. Must not throw. */
  readonly onChanged?: (before: State, after: State) => void
  /** About as many events of a partition are read by a new owner beside the snapshots. */
  readonly snapshotInterval?: number
  /**
   * A command that comes again under its id within this window, after a restart too, gets the answer of the first time and leads to no events.
   * Left out: the decider decides every one. Beyond the window it always does, so what must hold for ever is found in the state.
   */
  readonly idempotencyWindow?: IdempotencyWindow
  readonly logger: Logger
  readonly clock?: () => Date
  /** Where its metrics are collected. Several runtimes may share one: they count under the same names, each with its `service`. */
  readonly metrics?: Registry
  /** Before the names of its metrics: `shop_`. Nothing when left out. */
  readonly metricPrefix?: string
  /** What its topics, groups and transactional ids are called at the broker; as in the docstring of `service` when left out. */
  readonly names?: BrokerNames
  /**
   * Where reactions begin when they are new (their group has no offset yet): at the `beginning` of the other services' events when left out; at
   * the `end` they react to what happens from now on.
   */
  readonly reactFrom?: 'beginning' | 'end'
  /** Those left out are `defaultEventSourcingTimeouts`. */
  readonly timeouts?: Partial<EventSourcingTimeouts>
}

/** How long event sourcing waits for what; all in milliseconds. Those of Kafka itself are options of `connectEventLog`. */
export interface EventSourcingTimeouts {
  /** When Kafka has said nothing for longer than this, it is away and `ready()` says so. Idle reads are answered every three seconds. */
  readonly stalenessMs: number
  /** How often Kafka is asked whether somebody has added partitions. */
  readonly partitionWatchMs: number
  /** For the transaction at hand when it is stopped. */
  readonly stopMs: number
}

export const defaultEventSourcingTimeouts: EventSourcingTimeouts = { stalenessMs: 6000, partitionWatchMs: 10_000, stopMs: 500 }

const defaultSnapshotInterval = 1000

/** Numbers of the options, each with its range. @throws RangeError that names the option */
function checkNumbers(
  { stalenessMs, partitionWatchMs, stopMs }: EventSourcingTimeouts,
  interval: number,
  window?: IdempotencyWindow,
): void {
  checkRange('timeouts.stalenessMs', stalenessMs, 1, 3600_000)
  checkRange('timeouts.partitionWatchMs', partitionWatchMs, 1, 3600_000)
  checkRange('timeouts.stopMs', stopMs, 0, 3600_000)
  checkRange('snapshotInterval', interval, 1, 1_000_000_000)
  if (!window) return
  checkRange('idempotencyWindow.offsets', window.offsets, 1, 10_000_000)
  checkRange('idempotencyWindow.ms', window.ms, 1, 366 * 24 * 3600_000)
}

/** A running command side. */
export interface EventSourcing<C extends Command, Event extends DomainEvent, Code extends string> {
  /**
   * Writes the command to the log and waits for its answer.
   * @param waitMs how long to wait until the command is in the log and answered
   * @throws EventLogUnavailable when Kafka did not take the command in time; it may still be decided later
   */
  submit(command: SubmittedCommand<C>, waitMs: number): Promise<CommandOutcome<Event, Code>>
  /** What is still being waited for, in words; ready when nothing is. */
  ready(): { readonly ready: boolean; readonly waitingFor: readonly string[] }
  /** The view has everything that was written before the start. */
  readonly projected: Promise<void>
  /** Leaves the groups, finishes the batch at hand. Leaves the event log open. */
  stop(): Promise<void>
}

/**
 * Starts deciding commands, reacting to other services' events and answering callers. Does not wait for Kafka: see `ready()`.
 * @throws when the reaction table names an event without schema, a name makes types that nobody could read, or an option is out of its range
 */
export function startEventSourcing<
  State,
  C extends Command,
  Event extends DomainEvent,
  Code extends string,
  Subscribed extends DomainEvent = never,
>(options: EventSourcingOptions<State, C, Event, Code, Subscribed>): EventSourcing<C, Event, Code> {
  const { service, decider, commandSchemas, eventSchemas, foreignEventSchemas = {}, logger, clock = () => new Date() } = options
  const {
    reactions = {},
    subscribesTo = [],
    eventVersions: versions = {},
    view,
    onChanged,
    snapshotInterval = defaultSnapshotInterval,
    idempotencyWindow,
  } = options
  const { stalenessMs, partitionWatchMs, stopMs } = { ...defaultEventSourcingTimeouts, ...options.timeouts }
  checkNumbers({ stalenessMs, partitionWatchMs, stopMs }, snapshotInterval, idempotencyWindow)
  const topics = [commandsOf, eventsOf, snapshotsOf, deadLettersOf].map((topicOf) => topicOf(service))
  const foreign = subscribesTo.map(eventsOf)
  const eventLog = options.names ? renameLog(options.eventLog, options.names, [...topics, ...foreign]) : options.eventLog
  const unknown = Object.keys(reactions).filter((type) => !Object.hasOwn(foreignEventSchemas, type))
  if (unknown.length > 0) throw new Error(`${service} reacts to ${unknown.join(', ')} without schema: add it to foreignEventSchemas`)

  const misnamed = [commandAnsweredType(service), ...Object.keys(commandSchemas), ...Object.keys(eventSchemas)].filter(
    (type) => !isTypeName(type),
  )
  if (misnamed.length > 0) throw new Error(`${misnamed.join(', ')} cannot be the type of a record: orders.OrderPlaced or ReserveStock are`)

  const metrics = eventSourcingMetrics(service, options.metrics, options.metricPrefix)
  const rules = { service, decider, versions, checkCommand: dataCheck(commandSchemas), checkEvent: dataCheck(eventSchemas) }
  const replies = replyRegistry<Event, Code>(service, { check: rules.checkEvent, versions }, (answer) => recallAnswer(eventLog, answer))
  const own = followOwnEvents({ rules, eventLog, replies, updateView: view, logger })
  let listening = false
  const projected = own.ready.then(() => {
    listening = true
  })
  const partitions = partitionCount(eventLog, service, { snapshots: decider.snapshot !== undefined })
  const processing = { eventLog, logger, clock, metrics, snapshotInterval, idempotencyWindow, onChanged, note: partitions.note }
  const owner = startPartitionOwner({
    service,
    eventLog,
    logger,
    partitions,
    watchMs: partitionWatchMs,
    stopMs,
    processorOf: (partition) => partitionProcessor({ ...processing, rules: { ...rules, homeOf: partitions.homeOf }, partition }),
  })
  const eventHandler =
    subscribesTo.length > 0
      ? startEventHandler({
          rules: { service, reactions, versions, checkEvent: dataCheck(foreignEventSchemas) },
          subscribesTo,
          from: options.reactFrom,
          eventLog,
          logger,
          clock,
          metrics,
        })
      : undefined

  return {
    submit: (command, waitMs) => submitCommand({ service, eventLog, replies, listening: projected, clock }, command, waitMs),
    ready: () => {
      const silent = own.stalenessMs() > stalenessMs
      const waitingFor = [...(silent ? ['Kafka'] : []), ...(listening ? [] : [`own events of ${service}`]), ...owner.waitingFor()]
      return { ready: waitingFor.length === 0, waitingFor }
    },
    projected,
    stop: async () => {
      await Promise.all([eventHandler?.stop(), owner.stop(), own.stop()])
    },
  }
}
