import { gatewayEvents } from '../../shared/contracts/events/gateway.ts'
import { eventVersions } from '../../shared/contracts/events/versions.ts'
import { withConsumerLag } from '../../shared/runtime/consumer-lag.ts'
import { startEventSourcing } from '../../shared/runtime/event-sourcing/index.ts'
import { commandSender, type SendCommand } from '../../shared/runtime/http/send-command.ts'
import type { EventLog } from '../../shared/runtime/kafka/event-log.ts'
import type { Logger } from '../../shared/runtime/process/logger.ts'
import type { Metrics } from '../../shared/runtime/process/metrics.ts'
import { type GatewayCommand, gatewayCommands } from '../decider/commands.ts'
import { gatewayDecider } from '../decider/decider.ts'
import type { GatewayEvent, GatewayState } from '../decider/evolve.ts'
import { gatewayErrors } from '../errors.ts'
import { keepLastKnown, readLastKnown } from './last-known.ts'

/** Told the state of every aggregate of the gateway, and again whenever one changes; those of other kinds are none of its business. */
export type GatewayView = (aggregateId: string, state: GatewayState) => void

/** How routes give commands to the gateway's aggregates. */
export type SendGatewayCommand = SendCommand<GatewayCommand, GatewayEvent>

/** The rules of the gateway's aggregates and what their records look like. */
export const gatewayRules = {
  service: 'gateway' as const,
  decider: gatewayDecider,
  commandSchemas: gatewayCommands,
  eventSchemas: gatewayEvents,
  eventVersions,
}

export interface GatewayStateOptions {
  readonly eventLog: EventLog
  readonly views: readonly GatewayView[]
  /** Where the last known state is kept for a start without Kafka; nowhere when left out. */
  readonly file?: string | undefined
  /** Milliseconds that a replica without a last known state waits for the log. */
  readonly loadWithinMs?: number
  readonly logger: Logger
  readonly metrics?: Metrics
}

/** What operators publish, followed on every replica. */
export interface RunningGatewayState {
  readonly sendCommand: SendGatewayCommand
  /** The views have what was in the log at the start, or what was known last, or Kafka is away: then they will not be waited for. */
  ready(): boolean
  /** Kafka answers, and the views follow it. */
  isFollowing(): boolean
  stop(): Promise<void>
}

/** Never longer: the gateway works without Kafka. */
const usualLoadWithinMs = 3000

/**
 * Fills the views with the last known state, then with what is in the log, and keeps them up to date. Kafka may be away all the time: whoever
 * wants to change something is told so then, and nobody else notices.
 */
export async function startGatewayState(options: GatewayStateOptions): Promise<RunningGatewayState> {
  const { views, file, loadWithinMs = usualLoadWithinMs, logger, metrics } = options
  const update: GatewayView = (aggregateId, state) => {
    for (const view of views) view(aggregateId, state)
  }
  const lastKnown = file === undefined ? new Map<string, GatewayState>() : await readLastKnown(file, logger)
  for (const [aggregateId, state] of lastKnown) update(aggregateId, state)
  const keeper = file === undefined ? undefined : keepLastKnown(file, logger)
  const eventSourcing = startEventSourcing({
    ...gatewayRules,
    view: (aggregateId, state) => {
      update(aggregateId, state)
      keeper?.update(aggregateId, state)
    },
    eventLog: withConsumerLag(options.eventLog, metrics),
    logger,
    ...(metrics && { metrics }),
  })
  let waited = lastKnown.size > 0
  let complete = false
  const patience = setTimeout(() => {
    waited = true
  }, loadWithinMs).unref()
  void eventSourcing.projected.then(() => {
    complete = true
    keeper?.begin()
  })
  return {
    sendCommand: commandSender({ submit: eventSourcing.submit, catalogue: gatewayErrors }),
    ready: () => complete || waited,
    isFollowing: () => complete && eventSourcing.ready().ready,
    stop: async () => {
      clearTimeout(patience)
      await eventSourcing.stop()
      await keeper?.stop()
    },
  }
}
