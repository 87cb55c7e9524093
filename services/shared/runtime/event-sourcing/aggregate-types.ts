import type { Command, DomainEvent } from './decider.ts'
import { type EventSourcing, type EventSourcingOptions, startEventSourcing } from './start-event-sourcing.ts'

/** What all aggregate types of a service share. */
type Shared = 'service' | 'eventLog' | 'logger' | 'clock' | 'metrics' | 'metricPrefix' | 'names' | 'timeouts'
type SharedOptions = Pick<EventSourcingOptions<never, Command, DomainEvent, string, DomainEvent>, Shared>

/** The rules, reactions and view of one aggregate type. */
export interface AggregateTypeOptions<
  State,
  C extends Command,
  Event extends DomainEvent,
  Code extends string,
  Subscribed extends DomainEvent,
> extends Omit<EventSourcingOptions<State, C, Event, Code, Subscribed>, Shared> {
  /**
   * What its topics, groups and events are named after, as those of a service are after the service: `<stream>.commands`, `<stream>.OrderPlaced`.
   * `<service>-<type>` when left out. A service that began with one type names its service here, so that the type keeps its topics.
   */
  readonly stream?: string
}

/** One aggregate type of a service, ready to be started beside others. */
export interface AggregateType<C extends Command, Event extends DomainEvent, Code extends string> {
  readonly stream?: string
  readonly eventTypes: readonly string[]
  /** As a stream of its own. */
  start(shared: SharedOptions): EventSourcing<C, Event, Code>
}

/** Makes one aggregate type a value whose state nobody else needs to know, so that different ones lie in one table. */
export function aggregateType<
  State,
  C extends Command,
  Event extends DomainEvent,
  Code extends string,
  Subscribed extends DomainEvent = never,
>({ stream, ...rules }: AggregateTypeOptions<State, C, Event, Code, Subscribed>): AggregateType<C, Event, Code> {
  return {
    ...(stream !== undefined && { stream }),
    eventTypes: Object.keys(rules.eventSchemas),
    start: (shared) => startEventSourcing({ ...rules, ...shared }),
  }
}

/** Aggregate types by name: `{ account: aggregateType({…}), loan: aggregateType({…}) }`. */
export type AggregateTypes = Readonly<Record<string, AggregateType<Command, DomainEvent, string>>>

export interface AggregatesOptions<Types extends AggregateTypes> extends SharedOptions {
  /** Names begin with a small letter; then small letters, digits and dashes. */
  readonly aggregates: Types
}

/** A running command side of several aggregate types. */
export interface Aggregates<Types extends AggregateTypes> extends Omit<EventSourcing<never, never, never>, 'submit'> {
  /** By name: the command side of that type alone. */
  readonly of: { readonly [Name in keyof Types]: ReturnType<Types[Name]['start']> }
}

/** Each aggregate type of a service, and what its topics, groups and events are named after. */
export const streamsOf = (
  service: string,
  aggregates: AggregateTypes,
): { readonly name: string; readonly type: AggregateTypes[string]; readonly stream: string }[] =>
  Object.entries(aggregates).map(([name, type]) => ({ name, type, stream: type.stream ?? `${service}-${name}` }))

const namePattern = /^[a-z][a-z0-9-]*$/

/**
 * Starts one command side for each aggregate type of a service. Each has topics, groups, transactions, snapshots, replies, deadlines and a
 * quarantine of its own, so aggregates of different types may have the same id, and none waits for one of another type.
 * @throws when a name, or the type of an event, is not that of its stream; or what `startEventSourcing` throws; then none goes on running
 */
export function startAggregates<Types extends AggregateTypes>({ aggregates, ...shared }: AggregatesOptions<Types>): Aggregates<Types> {
  const streams = streamsOf(shared.service, aggregates)
  checkStreams(streams)
  const started: { readonly name: string; readonly running: EventSourcing<Command, DomainEvent, string> }[] = []
  try {
    for (const { name, type, stream } of streams) started.push({ name, running: type.start({ ...shared, service: stream }) })
  } catch (error) {
    for (const { running } of started) void running.stop()
    throw error
  }
  const all = started.map(({ running }) => running)
  return {
    // Each name has the type of its entry: only the pairs are not known to the compiler.
    of: Object.fromEntries(started.map(({ name, running }) => [name, running])) as Aggregates<Types>['of'],
    ready: () => {
      const waitingFor = all.flatMap((running) => running.ready().waitingFor)
      return { ready: waitingFor.length === 0, waitingFor }
    },
    projected: Promise.all(all.map(({ projected }) => projected)).then(() => undefined),
    stop: async () => {
      await Promise.all(all.map((running) => running.stop()))
    },
  }
}

function checkStreams(
  streams: readonly {
    readonly name: string
    readonly stream: string
    readonly type: Pick<AggregateType<never, never, never>, 'eventTypes'>
  }[],
): void {
  if (streams.length === 0) throw new Error('a service has one aggregate type at least')
  const seen = new Map<string, string>()
  for (const { name, stream, type } of streams) {
    if (!namePattern.test(name)) throw new Error(`${JSON.stringify(name)} is no name of an aggregate type: account or savings-plan are`)
    const other = seen.get(stream)
    if (other !== undefined) throw new Error(`${other} and ${name} are both the stream ${stream}`)
    seen.set(stream, name)
    const foreign = type.eventTypes.find((eventType) => !eventType.startsWith(`${stream}.`))
    if (foreign !== undefined) throw new Error(`${foreign} is no event of ${name}: its stream is ${stream}, so its events are ${stream}.…`)
  }
}
