import type { Envelope } from '../../../contracts/envelope.ts'
import type { LogRecord, OutgoingRecord } from '../../kafka/event-log.ts'
import { deadLetterRecord } from '../../messaging/dead-letter.ts'
import { type DataCheck, type DecodeFailure, decodeData, decodeEnvelope, isDecodeFailure } from '../../messaging/record-codec.ts'
import type { SchemaVersions } from '../../messaging/schema-versions.ts'
import { deadLettersOf } from '../../messaging/topic-names.ts'
import { type Command, type Decider, type DomainEvent, isRefused } from '../decider.ts'
import { admission, enterQuarantine, leaveQuarantine } from '../quarantine/quarantine.ts'
import type { Aggregate } from '../recover/partition-state.ts'
import { type CommandAtHand, replyRecord, unreadableEnvelope } from '../reply/command-reply.ts'
import { eventRecords } from './event-records.ts'
import { RejectedCommand } from './rejected-command.ts'

/** Header of a quarantined command that is given up for good: why, for people. */
export const discardHeader = 'redrive.discard'

/** All that deciding needs besides states and commands. */
export interface Rules<State, C extends Command, Event extends DomainEvent> {
  readonly service: string
  readonly decider: Decider<State, C, Event>
  readonly checkCommand: DataCheck
  readonly checkEvent: DataCheck
  /** Of own events. */
  readonly versions: SchemaVersions
  /** The one partition in which commands of this key are decided; without it, whichever they lie in. */
  readonly homeOf?: (key: string) => number
}

/** What one command leads to. */
export interface CommandDecision<State> {
  readonly records: readonly OutgoingRecord[]
  /** Left out when nothing changed. */
  readonly changed?: { readonly id: string; readonly aggregate: Aggregate<State> }
  /** Why it is quarantined. */
  readonly parked?: { readonly code: string; readonly detail: string }
}

/**
 * One command + its aggregate → its events, or its answer when nothing changed, or a dead letter and an answer when it is rejected or
 * another command blocks the aggregate.
 * There is an answer in every case, because the answers say how far the commands were processed.
 * @param time RFC 3339
 */
export function decideCommand<State, C extends Command, Event extends DomainEvent>(
  rules: Rules<State, C, Event>,
  find: (aggregateId: string) => Aggregate<State>,
  record: LogRecord,
  time: string,
): CommandDecision<State> {
  const { topic, partition, offset } = record
  const source = `${topic}/${partition}/${offset}`
  const envelope = atHome(rules, record)
  if (isDecodeFailure(envelope)) {
    // Whose command it is cannot be known, or it is somebody's of another partition: nobody is blocked.
    const command = { envelope: unreadableEnvelope(source, time), partition, source, time }
    return quarantineCommand(rules.service, command, record, new RejectedCommand(envelope.failure, envelope.detail))
  }
  const command: CommandAtHand = { envelope, partition, source, time }
  const { aggregateId, id } = envelope
  const before = find(aggregateId)
  try {
    return decideInTurn(rules, before, command, record)
  } catch (error) {
    const aggregate = { ...before, quarantine: enterQuarantine(before.quarantine, id) }
    return { ...quarantineCommand(rules.service, command, record, error), changed: { id: aggregateId, aggregate } }
  }
}

/** A key that is decided here although its history lies in another partition would have two of them. */
function atHome<State, C extends Command, Event extends DomainEvent>(
  rules: Rules<State, C, Event>,
  record: LogRecord,
): Envelope | DecodeFailure {
  const envelope = decodeEnvelope(record)
  if (isDecodeFailure(envelope)) return envelope
  const home = rules.homeOf?.(envelope.aggregateId) ?? record.partition
  if (home === record.partition) return envelope
  return { failure: 'KEY_MISPLACED', detail: `${envelope.aggregateId} is decided in partition ${home} of ${record.topic}` }
}

/** A dead letter and an answer, always both: the answer says to whom the dead letter's record belonged, and that it is done with. */
function quarantineCommand(service: string, command: CommandAtHand, record: LogRecord, error: unknown) {
  const code = error instanceof RejectedCommand ? error.code : 'DECIDER_FAILED'
  const detail = error instanceof Error ? error.message : String(error)
  const deadLetter = deadLetterRecord(deadLettersOf(service), record, { service, code, detail, time: command.time })
  const answer = replyRecord(service, command, { outcome: 'refused', code: 'COMMAND_PARKED', detail: code })
  return { records: [deadLetter, answer], parked: { code, detail } }
}

/** @throws RejectedCommand when the command has to wait behind others, or cannot be decided; or what the decider throws */
function decideInTurn<State, C extends Command, Event extends DomainEvent>(
  rules: Rules<State, C, Event>,
  before: Aggregate<State>,
  command: CommandAtHand,
  record: LogRecord,
): CommandDecision<State> {
  const { id, aggregateId, type } = command.envelope
  const { quarantine, undecidable } = before
  const reason = record.headers[discardHeader]?.toString()
  if (reason !== undefined) return discard(rules.service, before, command, reason)
  const admitted = admission(quarantine, id)
  if (admitted === 'quarantine')
    throw new RejectedCommand('KEY_PARKED', `waits behind ${quarantine?.waiting.first()} of the same aggregate`)
  if (admitted === 'skip')
    return { records: [replyRecord(rules.service, command, { outcome: 'unchanged', aggregateVersion: before.version })] }
  if (undecidable) throw new RejectedCommand('AGGREGATE_UNDECIDABLE', `${undecidable.code}: ${undecidable.detail}`)
  const decoded = decodeData(record, command.envelope)
  if (isDecodeFailure(decoded)) throw new RejectedCommand(decoded.failure, decoded.detail)
  const failure = rules.checkCommand(type, decoded.data)
  if (failure) throw new RejectedCommand(failure.failure, failure.detail)
  const { records, aggregate } = decide(rules, before, command, decoded.data)
  const released = quarantine && leaveQuarantine(quarantine, id)
  const after = released && released !== quarantine ? { ...aggregate, quarantine: released } : aggregate
  return { records, ...(after !== before && { changed: { id: aggregateId, aggregate: after } }) }
}

/** Answers a command that waits, so that those behind it can be decided when they come again; one that does not wait is left as it is. */
function discard<State>(service: string, before: Aggregate<State>, command: CommandAtHand, reason: string): CommandDecision<State> {
  const { id, aggregateId } = command.envelope
  const { quarantine, version: aggregateVersion } = before
  if (!quarantine?.waiting.has(id)) return { records: [replyRecord(service, command, { outcome: 'unchanged', aggregateVersion })] }
  const refused = { outcome: 'refused', code: 'COMMAND_DISCARDED', detail: reason, aggregateVersion } as const
  return {
    records: [replyRecord(service, command, refused)],
    changed: { id: aggregateId, aggregate: { ...before, quarantine: leaveQuarantine(quarantine, id) } },
  }
}

/** The records, and the aggregate as they leave it: the same object when nothing changed. */
function decide<State, C extends Command, Event extends DomainEvent>(
  { service, decider, checkEvent, versions }: Rules<State, C, Event>,
  before: Aggregate<State>,
  command: CommandAtHand,
  data: unknown,
): { readonly records: readonly OutgoingRecord[]; readonly aggregate: Aggregate<State> } {
  const { type, expectedVersion } = command.envelope
  const answered = (outcome: Parameters<typeof replyRecord>[2]) => ({
    records: [replyRecord(service, command, { ...outcome, aggregateVersion: before.version })],
    aggregate: before,
  })
  // The data was held against the schema of this type: only the pair is not known to the compiler.
  const decision = decider.decide({ type, data } as C, before.state)
  if (isRefused(decision)) return answered({ outcome: 'refused', code: decision.refused, detail: decision.detail })
  // After the decider's own refusals: what is refused anyway is not refused for its version (RFC 9110 §13.2.1).
  if (expectedVersion !== undefined && expectedVersion !== before.version) {
    const detail = `expected version ${expectedVersion}, the aggregate has version ${before.version}`
    return answered({ outcome: 'refused', code: 'VERSION_CONFLICT', detail })
  }
  if (decision.length === 0) return answered({ outcome: 'unchanged' })
  const records = eventRecords({ service, checkEvent, versions }, command, before.version, decision)
  const state = decision.reduce((folded, event) => decider.evolve(folded, event), before.state)
  return { records, aggregate: { ...before, state, version: before.version + decision.length } }
}
