/**
 * Event sourcing on Kafka: a decider and a reaction table become a running service. This is all that others import; rules without I/O (deciders
 * and reactions) may import `decider.ts` alone.
 */

export {
  type Aggregates,
  type AggregatesOptions,
  type AggregateType,
  type AggregateTypeOptions,
  type AggregateTypes,
  aggregateType,
  startAggregates,
  streamsOf,
} from './aggregate-types.ts'
// For tools that write into the log as its owner would, or judge what it wrote.
export { discardHeader } from './decide/decode-command.ts'
export { eventRecords } from './decide/event-records.ts'
export * from './decider.ts'
export { react } from './react/reactions.ts'
export type { IdempotencyWindow } from './recover/answered-commands.ts'
export { type CommandOutcome, EventLogUnavailable, type RuntimeRefusal, type SubmittedCommand } from './reply/command-outcome.ts'
export { type CommandAtHand, eventParkedCode, replyRecord } from './reply/command-reply.ts'
export { submitSeedCommands } from './seed-commands.ts'
export {
  defaultEventSourcingTimeouts,
  type EventSourcing,
  type EventSourcingOptions,
  type EventSourcingTimeouts,
  startEventSourcing,
} from './start-event-sourcing.ts'
