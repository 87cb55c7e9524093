import { recordBytes } from '../../kafka/client/kafkajs-messages.ts'
import type { LogRecord, OutgoingRecord } from '../../kafka/event-log.ts'
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
  /** Those of them that are quarantined, and why. */
  readonly parked: readonly (NonNullable<CommandDecision<State>['parked']> & { readonly record: LogRecord })[]
}

/** Records of one partition in one transaction must stay below Kafka's limit of 1 MiB per batch. */
const maxBatchBytes = 512 * 1024
const maxCommands = 1000

/**
 * Commands in log order + states → the records of one transaction.
 * @param time of the events, RFC 3339
 */
export function decideBatch<State, C extends Command, Event extends DomainEvent>(
  rules: Rules<State, C, Event>,
  aggregates: Aggregates<State>,
  commands: readonly LogRecord[],
  time: string,
): BatchDecision<State> {
  const changed = new Map<string, Aggregate<State>>()
  const records: OutgoingRecord[] = []
  const fresh: Aggregate<State> = { state: rules.decider.initial, version: 0 }
  let bytes = 0
  let decided = 0
  const parked: BatchDecision<State>['parked'][number][] = []
  for (const command of commands.slice(0, maxCommands)) {
    const decision = decideCommand(rules, (id) => changed.get(id) ?? aggregates.get(id) ?? fresh, command, time)
    bytes += decision.records.reduce((sum, record) => sum + recordBytes(record), 0)
    if (bytes > maxBatchBytes && decided > 0) break
    records.push(...decision.records)
    if (decision.parked) parked.push({ record: command, ...decision.parked })
    if (decision.changed) changed.set(decision.changed.id, decision.changed.aggregate)
    decided += 1
  }
  return { records, changed, decided, parked }
}
