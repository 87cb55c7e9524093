import type { Command, CommandMessage, DomainEvent } from './event-sourcing/decider.ts'
import { type EventSourcingOptions, startEventSourcing, submitSeedCommands } from './event-sourcing/index.ts'
import { answerOnceLoaded } from './http/answer-once-loaded.ts'
import type { Readiness } from './http/operational-routes.ts'
import type { ProblemCatalogue } from './http/problem.ts'
import { commandSender, type SendCommand } from './http/send-command.ts'
import { createServer, type Server } from './http/server.ts'
import { type BrokerSecurityConfig, brokerSecurity } from './kafka/client/broker-security.ts'
import { connectEventLog } from './kafka/connect-event-log.ts'
import { endProcess, type ProcessContext, type RunningService } from './process/process.ts'

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

/** Connects the service to Kafka and starts deciding. Resolves before it is ready, so that `/readyz` can say what is missing. */
export async function startEventSourcedService<
  State,
  C extends Command,
  Event extends DomainEvent,
  Code extends string,
  Subscribed extends DomainEvent,
>(
  definition: EventSourcedService<State, C, Event, Code, Subscribed>,
  { config, logger, metrics }: ProcessContext<{ readonly KAFKA_BROKERS: string } & BrokerSecurityConfig>,
): Promise<RunningService> {
  const { service, problems, routes, seedCommands = () => [] } = definition
  const eventLog = connectEventLog({
    brokers: config.KAFKA_BROKERS.split(','),
    security: brokerSecurity(config),
    clientId: service,
    logger,
    onFatal: endProcess,
  })
  const eventSourcing = startEventSourcing({ ...definition, eventLog, logger, metrics })
  const { submit, projected } = eventSourcing
  const stopping = new AbortController()
  const waitingFor = new Set(['seed commands'])
  void projected
    .then(() => submitSeedCommands({ service, submit, commands: seedCommands(), logger, signal: stopping.signal }))
    .then(() => waitingFor.delete('seed commands'))
    .catch((error) => stopping.signal.aborted || endProcess(error))

  const ready = (): Readiness => {
    const missing = [...eventSourcing.ready().waitingFor, ...waitingFor]
    return { ready: missing.length === 0, waitingFor: missing }
  }
  const app = createServer({ logger, ready, metrics })
  // Loaded: the view is complete, and of a new shop what it begins with is there.
  answerOnceLoaded(app, () => waitingFor.size === 0)
  routes?.(app, commandSender({ submit, catalogue: problems }))

  const stop = async (): Promise<void> => {
    stopping.abort()
    await eventSourcing.stop()
    await eventLog.close()
  }
  return { app, stop }
}
