import { type Command, type Decider, type Fact, isRefused } from '../decider.ts'
import type { LogRecord, OutgoingRecord } from '../kafka/event-log.ts'
import { type DataCheck, decodeRecord, isDecodeFailure } from '../kafka/record.ts'
import type { Aggregate } from './aggregates.ts'
import { answerRecord, type CommandAtHand } from './answer-record.ts'
import { deriveId } from './derive-id.ts'
import { eventRecords } from './event-records.ts'
import { parkedRecord } from './parked-record.ts'
import { deadLettersOf } from './topic-names.ts'
import { Unfit } from './unfit.ts'

/** All that deciding needs besides states and commands. */
export interface Rules<State, C extends Command, Event extends Fact> {
  readonly service: string
  readonly decider: Decider<State, C, Event>
  readonly checkCommand: DataCheck
  readonly checkEvent: DataCheck
}

/** What one command leads to. */
export interface CommandDecision<State> {
  readonly records: readonly OutgoingRecord[]
  /** Left out when nothing changed. */
  readonly changed?: { readonly id: string; readonly aggregate: Aggregate<State> }
  readonly parked?: true
}

/**
 * One command + its aggregate → its events, or its answer when nothing changed, or a dead letter and an answer when it is unfit.
 * There is an answer in every case, because the answers say how far the commands were processed.
 * @param time RFC 3339
 */
export function decideCommand<State, C extends Command, Event extends Fact>(
  rules: Rules<State, C, Event>,
  find: (aggregateId: string) => Aggregate<State>,
  record: LogRecord,
  time: string,
): CommandDecision<State> {
  const { service, checkCommand } = rules
  const { topic, partition, offset } = record
  const source = `${topic}/${partition}/${offset}`
  const decoded = decodeRecord(record)
  const envelope = isDecodeFailure(decoded) ? unreadable(source, time) : decoded.envelope
  const command: CommandAtHand = { envelope, partition, source, time }
  try {
    if (isDecodeFailure(decoded)) throw new Unfit(decoded.failure, decoded.detail)
    const failure = checkCommand(envelope.type, decoded.data)
    if (failure) throw new Unfit(failure.failure, failure.detail)
    return decide(rules, find(envelope.aggregateId), command, decoded.data)
  } catch (error) {
    const code = error instanceof Unfit ? error.code : 'DECIDER_FAILED'
    const detail = error instanceof Error ? error.message : String(error)
    const letter = parkedRecord(deadLettersOf(service), record, { service, code, detail, time })
    return { records: [letter, answerRecord(service, command, { outcome: 'refused', code: 'COMMAND_PARKED', detail: code })], parked: true }
  }
}

function decide<State, C extends Command, Event extends Fact>(
  { service, decider, checkEvent }: Rules<State, C, Event>,
  before: Aggregate<State>,
  command: CommandAtHand,
  data: unknown,
): CommandDecision<State> {
  const { type, aggregateId, expectedVersion } = command.envelope
  if (expectedVersion !== undefined && expectedVersion !== before.version) {
    const detail = `expected version ${expectedVersion}, the aggregate has version ${before.version}`
    return { records: [answerRecord(service, command, { outcome: 'refused', code: 'VERSION_CONFLICT', detail })] }
  }
  // The data was held against the schema of this type: only the pair is not known to the compiler.
  const decision = decider.decide({ type, data } as C, before.state)
  if (isRefused(decision)) {
    return { records: [answerRecord(service, command, { outcome: 'refused', code: decision.refused, detail: decision.detail })] }
  }
  if (decision.length === 0) return { records: [answerRecord(service, command, { outcome: 'unchanged' })] }
  const records = eventRecords(service, checkEvent, command, before.version, decision)
  const state = decision.reduce((folded, event) => decider.evolve(folded, event), before.state)
  return { records, changed: { id: aggregateId, aggregate: { state, version: before.version + decision.length } } }
}

/** Stands in for an envelope that cannot be read, so that the record can be answered. */
function unreadable(source: string, time: string): CommandAtHand['envelope'] {
  const id = deriveId(source)
  return { id, type: 'Unreadable', schemaVersion: 1, aggregateId: id, version: 0, causationId: id, correlationId: id, time }
}
