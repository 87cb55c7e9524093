import { recordBytes } from '../../kafka/client/kafkajs-messages.ts'
import type { LogRecord, OutgoingRecord } from '../../kafka/event-log.ts'
import { eventsOf } from '../../messaging/topic-names.ts'
import type { Command, DomainEvent } from '../decider.ts'
import type { Aggregate, Aggregates } from '../recover/partition-state.ts'
import { type CommandDecision, decideCommand } from './decide-command.ts'
import type { Rules } from './rules.ts'

/** What a micro-batch of commands leads to. */
export interface BatchDecision<State> {
  /** To be committed together: events, answers, parked commands. */
  readonly records: readonly OutgoingRecord[]
  /** The aggregates that are different once the records are committed. */
  readonly changed: Aggregates<State>
  /** How many of the commands this answers; the others are for the next batch. */
  readonly decided: number
  /** Those of them that have their answer for good, and which of the records on the events topic is its first. */
  readonly answered: readonly (NonNullable<CommandDecision<State>['answered']> & { readonly event: number })[]
  /** Those of them that are quarantined, and why. */
  readonly parked: readonly (NonNullable<CommandDecision<State>['parked']> & { readonly record: LogRecord })[]
}

/** Records of one partition in one transaction must stay below Kafka's limit of 1 MiB per batch. */
const maxBatchBytes = 512 * 1024
/** No batch decides more. */
export const maxCommands = 1000

/**
 * Commands in log order + states → the records of one transaction.
 * @param time of the events, RFC 3339
 * @param answerOf see `decideCommand`. Given: a command that comes twice in a batch ends it before the second, because where the answer to the
 * first will lie is not known before it is written
 */
export function decideBatch<State, C extends Command, Event extends DomainEvent>(
  rules: Rules<State, C, Event>,
  aggregates: Aggregates<State>,
  commands: readonly LogRecord[],
  time: string,
  answerOf?: Parameters<typeof decideCommand>[4],
): BatchDecision<State> {
  const changed = new Map<string, Aggregate<State>>()
  const records: OutgoingRecord[] = []
  const fresh: Aggregate<State> = { state: rules.decider.initial, version: 0 }
  const eventsTopic = eventsOf(rules.service)
  let bytes = 0
  let decided = 0
  let events = 0
  const answered: BatchDecision<State>['answered'][number][] = []
  const parked: BatchDecision<State>['parked'][number][] = []
  const seen = answerOf && new Set<string>()
  for (const command of commands.slice(0, maxCommands)) {
    const id = String(command.headers.id)
    if (seen?.has(id)) break
    seen?.add(id)
    const decision = decideCommand(rules, (key) => changed.get(key) ?? aggregates.get(key) ?? fresh, command, time, answerOf)
    bytes += decision.records.reduce((sum, record) => sum + recordBytes(record), 0)
    if (bytes > maxBatchBytes && decided > 0) break
    records.push(...decision.records)
    if (decision.answered) answered.push({ ...decision.answered, event: events })
    events += decision.records.reduce((count, { topic }) => count + (topic === eventsTopic ? 1 : 0), 0)
    if (decision.parked) parked.push({ record: command, ...decision.parked })
    if (decision.changed) changed.set(decision.changed.id, decision.changed.aggregate)
    decided += 1
  }
  return { records, changed, decided, answered, parked }
}
