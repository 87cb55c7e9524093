import { Compile } from 'typebox/compile'
import { CommandAnswered, commandAnsweredType } from '../../../contracts/command-answered.ts'
import type { Envelope } from '../../../contracts/envelope.ts'
import type { LogRecord } from '../../kafka/event-log.ts'
import { decodeEvent } from '../../messaging/decode-event.ts'
import { decodeEnvelope, decodeRecord, isDecodeFailure } from '../../messaging/record-codec.ts'
import type { Rules } from '../decide/rules.ts'
import type { Command, DomainEvent } from '../decider.ts'
import { enterQuarantine, leaveQuarantine } from '../quarantine/quarantine.ts'
import { eventParkedCode, unreadableType } from '../reply/command-reply.ts'
import { type Aggregate, type Corruption, markDirty, type PartitionState } from './partition-state.ts'

const answerSchema = Compile(CommandAnswered)

/**
 * Takes one record of the events partition into the state of the partition.
 * A record that cannot be understood is noted as corrupt; when it is the next event of an aggregate, that aggregate stays undecidable.
 * @param commandsPartition `<service>.commands/<partition>/`, which the sources of our records begin with
 */
export function foldRecord<State, C extends Command, Event extends DomainEvent>(
  rules: Rules<State, C, Event>,
  partitionState: PartitionState<State>,
  record: LogRecord,
  commandsPartition: string,
): void {
  const { offset } = record
  const envelope = decodeEnvelope(record)
  if (isDecodeFailure(envelope)) {
    partitionState.corruptEvents.set(offset, { record, why: { code: envelope.failure, detail: envelope.detail } })
    return
  }
  noteAnswer(rules.service, partitionState, envelope, record)
  const { aggregateId, type, source } = envelope
  const command = source?.startsWith(commandsPartition) ? Number(source.slice(commandsPartition.length)) : -1
  partitionState.commandsOffset = Math.max(partitionState.commandsOffset, command + 1)
  if (command >= 0 && command < (partitionState.snapshotCoverage.get(aggregateId) ?? 0)) return
  const before = partitionState.aggregates.get(aggregateId) ?? { state: rules.decider.initial, version: 0 }
  if (type === commandAnsweredType(rules.service)) foldAnswer(partitionState, before, record)
  else if (!before.undecidable) foldEvent(rules, partitionState, before, envelope, record)
}

/** Notes which command the record answers. */
export function noteAnswer(
  service: string,
  { answered }: Pick<PartitionState<unknown>, 'answered'>,
  { type, aggregateId, causationId, source, time }: Envelope,
  record: LogRecord,
): void {
  if (!answered) return
  if (type !== commandAnsweredType(service) || isLasting(record))
    answered.note({ aggregateId, commandId: causationId, source, offset: record.offset, time })
}

/** What was quarantined is still to be decided, and a repetition is no answer of its own. */
function isLasting(record: LogRecord): boolean {
  const answer = decodeRecord(record)
  if (isDecodeFailure(answer) || !answerSchema.Check(answer.data)) return false
  const { code, commandType, repeats } = answer.data
  return code !== 'COMMAND_PARKED' && commandType !== unreadableType && repeats === undefined
}

function foldEvent<State, C extends Command, Event extends DomainEvent>(
  rules: Rules<State, C, Event>,
  partitionState: PartitionState<State>,
  before: Aggregate<State>,
  envelope: Envelope,
  record: LogRecord,
): void {
  const { aggregateId, version, causationId } = envelope
  const foundCorrupt = (why: Corruption, next: boolean): void => {
    partitionState.corruptEvents.set(record.offset, { record, why })
    if (next)
      change({ ...before, undecidable: { ...why, detail: `event ${record.topic}/${record.partition}/${record.offset}: ${why.detail}` } })
  }
  const change = (aggregate: Aggregate<State>): void => {
    partitionState.aggregates.set(aggregateId, aggregate)
    if (rules.decider.snapshot) markDirty(partitionState, aggregateId, record.offset)
  }
  // A version that is there already can only be somebody else's; after a gap, something of ours is missing.
  if (version !== before.version + 1) {
    foundCorrupt({ code: 'VERSION_OUT_OF_ORDER', detail: `${version} follows ${before.version}` }, version > before.version)
    return
  }
  const event = decodeEvent({ check: rules.checkEvent, versions: rules.versions }, record, envelope)
  if (isDecodeFailure(event)) {
    foundCorrupt({ code: event.failure, detail: event.detail }, true)
    return
  }
  try {
    // The data was held against the schema of this type: only the pair is not known to the compiler.
    const state = rules.decider.evolve(before.state, { type: event.envelope.type, data: event.data } as Event)
    change({ ...before, state, version, ...(before.quarantine && { quarantine: leaveQuarantine(before.quarantine, causationId) }) })
  } catch (error) {
    foundCorrupt({ code: 'EVOLVE_FAILED', detail: error instanceof Error ? error.message : String(error) }, true)
  }
}

/** Answers change no state, but they say which commands were quarantined, and which of these have been decided since. */
function foldAnswer<State>(partitionState: PartitionState<State>, before: Aggregate<State>, record: LogRecord): void {
  const answer = decodeRecord(record)
  if (isDecodeFailure(answer) || !answerSchema.Check(answer.data)) {
    const detail = isDecodeFailure(answer) ? answer.detail : 'no answer to a command'
    partitionState.corruptEvents.set(record.offset, { record, why: { code: 'SCHEMA_MISMATCH', detail } })
    return
  }
  const { commandId, commandType, code } = answer.data
  if (code === eventParkedCode) partitionState.corruptEvents.delete(Number(commandId.split('/').at(-1)))
  if (commandType === unreadableType) return
  const quarantine =
    code === 'COMMAND_PARKED'
      ? enterQuarantine(before.quarantine, commandId)
      : before.quarantine && leaveQuarantine(before.quarantine, commandId)
  if (!quarantine || quarantine === before.quarantine) return
  partitionState.aggregates.set(answer.envelope.aggregateId, { ...before, quarantine })
  markDirty(partitionState, answer.envelope.aggregateId, record.offset)
}
