import { withConsumerLag } from './consumer-lag.ts'
import type { Command, CommandMessage, DomainEvent } from './event-sourcing/decider.ts'
import {
  type Aggregates,
  type AggregatesOptions,
  type AggregateTypes,
  type EventSourcing,
  type EventSourcingOptions,
  startAggregates,
  startEventSourcing,
  streamsOf,
  submitSeedCommands,
} from './event-sourcing/index.ts'
import { answerOnceLoaded } from './http/answer-once-loaded.ts'
import type { Readiness } from './http/operational-routes.ts'
import type { ProblemCatalogue } from './http/problem.ts'
import { commandSender, type SendCommand } from './http/send-command.ts'
import { createServer, type Server } from './http/server.ts'
import { type BrokerSecurityConfig, brokerSecurity } from './kafka/client/broker-security.ts'
import { connectEventLog } from './kafka/connect-event-log.ts'
import type { EventLog } from './kafka/event-log.ts'
import { endProcess, type ProcessContext, type RunningService } from './process/process.ts'

type Context = ProcessContext<{ readonly KAFKA_BROKERS: string } & BrokerSecurityConfig>
type Connect = typeof connectEventLog

/** One write-side service as a value: rules, reactions, view and routes, without any connection. */
export interface EventSourcedService<
  State,
  C extends Command,
  Event extends DomainEvent,
  Code extends string,
  Subscribed extends DomainEvent,
> extends Omit<EventSourcingOptions<State, C, Event, Code, Subscribed>, 'eventLog' | 'logger' | 'clock' | 'metrics'> {
  readonly problems: ProblemCatalogue
  readonly routes?: (app: Server, sendCommand: SendCommand<C, Event>) => void
  /** Commands to begin with, as far as the view (complete by then) does not show them done. */
  readonly seedCommands?: () => readonly CommandMessage<C>[]
}

/**
 * Connects the service to Kafka and starts deciding. Resolves before it is ready, so that `/readyz` can say what is missing.
 * @param connect another log than Kafka: in tests the one in memory
 */
export async function startEventSourcedService<
  State,
  C extends Command,
  Event extends DomainEvent,
  Code extends string,
  Subscribed extends DomainEvent,
>(
  definition: EventSourcedService<State, C, Event, Code, Subscribed>,
  context: Context,
  connect: Connect = connectEventLog,
): Promise<RunningService> {
  const { service, problems, routes, seedCommands = () => [] } = definition
  return serve(service, context, connect, (eventLog) => {
    const eventSourcing = startEventSourcing({ ...definition, eventLog, logger: context.logger, metrics: context.metrics })
    const { submit } = eventSourcing
    return {
      ...eventSourcing,
      seed: (signal) => submitSeedCommands({ service, submit, commands: seedCommands(), logger: context.logger, signal }),
      routes: (app) => routes?.(app, commandSender({ submit, catalogue: problems })),
    }
  })
}

/** How routes give commands to each aggregate type. */
export type SendCommands<Types extends AggregateTypes> = {
  readonly [Name in keyof Types]: ReturnType<Types[Name]['start']> extends EventSourcing<infer C, infer Event, string>
    ? SendCommand<C, Event>
    : never
}

/** What a new shop begins with, by aggregate type; as far as its view (complete by then) does not show it done. */
export type SeedCommandsOf<Types extends AggregateTypes> = {
  readonly [Name in keyof Types]?: ReturnType<Types[Name]['start']> extends EventSourcing<infer C, DomainEvent, string>
    ? () => readonly CommandMessage<C>[]
    : never
}

/** The same of a service with several aggregate types. */
export interface AggregatesService<Types extends AggregateTypes> extends Pick<AggregatesOptions<Types>, 'service' | 'aggregates'> {
  /** The refusals of all types. */
  readonly problems: ProblemCatalogue
  readonly routes?: (app: Server, sendCommand: SendCommands<Types>) => void
  readonly seedCommands?: SeedCommandsOf<Types>
}

/** As `startEventSourcedService`, for several aggregate types. */
export async function startAggregatesService<Types extends AggregateTypes>(
  { service, aggregates, problems, routes, seedCommands = {} }: AggregatesService<Types>,
  context: Context,
  connect: Connect = connectEventLog,
): Promise<RunningService> {
  // Each name has the commands of its type: only the pairs are not known to the compiler.
  const seeds: Readonly<Partial<Record<string, () => readonly CommandMessage[]>>> = seedCommands
  return serve(service, context, connect, (eventLog) => {
    const running: Aggregates<Types> = startAggregates({ service, aggregates, eventLog, logger: context.logger, metrics: context.metrics })
    const senders = Object.entries(running.of).map(([name, { submit }]) => [name, commandSender({ submit, catalogue: problems })])
    return {
      ...running,
      seed: async (signal) => {
        const seeding = streamsOf(service, aggregates).map(({ name, stream }) => {
          const { submit } = running.of[name] as EventSourcing<Command, DomainEvent, string>
          return submitSeedCommands({ service: stream, submit, commands: seeds[name]?.() ?? [], logger: context.logger, signal })
        })
        await Promise.all(seeding)
      },
      routes: (app) => routes?.(app, Object.fromEntries(senders) as SendCommands<Types>),
    }
  })
}

/** A command side with what a service needs besides. */
interface Served extends Pick<EventSourcing<never, never, never>, 'ready' | 'projected' | 'stop'> {
  /** Gives what a new shop begins with, until it is answered. */
  seed(signal: AbortSignal): Promise<void>
  routes(app: Server): void
}

function serve(
  service: string,
  { config, logger, metrics }: Context,
  connect: Connect,
  start: (eventLog: EventLog) => Served,
): RunningService {
  const eventLog = connect({
    brokers: config.KAFKA_BROKERS.split(','),
    security: brokerSecurity(config),
    clientId: service,
    logger,
    onFatal: endProcess,
  })
  const served = start(withConsumerLag(eventLog, metrics))
  const stopping = new AbortController()
  const waitingFor = new Set(['seed commands'])
  void served.projected
    .then(() => served.seed(stopping.signal))
    .then(() => waitingFor.delete('seed commands'))
    .catch((error) => stopping.signal.aborted || endProcess(error))

  const ready = (): Readiness => {
    const missing = [...served.ready().waitingFor, ...waitingFor]
    return { ready: missing.length === 0, waitingFor: missing }
  }
  const app = createServer({ logger, ready, metrics })
  // Loaded: the view is complete, and of a new shop what it begins with is there.
  answerOnceLoaded(app, () => waitingFor.size === 0)
  served.routes(app)

  const stop = async (): Promise<void> => {
    stopping.abort()
    await served.stop()
    await eventLog.close()
  }
  return { app, stop }
}
