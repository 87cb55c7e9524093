import { type CommandAnswered, commandAnsweredType } from '../../contracts/command-answered.ts'
import type { Envelope } from '../../contracts/envelope.ts'
import { type Command, type Decider, type Fact, isRefused } from '../decider.ts'
import type { LogRecord, OutgoingRecord } from '../kafka/event-log.ts'
import { type DataCheck, decodeRecord, encodeRecord, isDecodeFailure, type RecordedEvent } from '../kafka/record.ts'
import { recordBytes } from '../kafka/to-topic-messages.ts'
import type { Aggregate } from './aggregates.ts'
import { deriveId } from './derive-id.ts'
import { parkedRecord } from './parked-record.ts'
import { deadLettersOf, eventsOf } from './topic-names.ts'

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
  readonly parked: boolean
}

/** The events of one command travel in one batch of records, so that whoever waits sees all of them at once. */
const maxEventsBytes = 512 * 1024

class Unfit extends Error {
  readonly code: string
  constructor(code: string, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.code = code
  }
}

/**
 * One command + its aggregate → its events, or its answer when nothing changed, or a dead letter and an answer when it is unfit.
 * There is an answer in every case, because the answers say how far the commands were processed.
 */
export function decideCommand<State, C extends Command, Event extends Fact>(
  rules: Rules<State, C, Event>,
  find: (aggregateId: string) => Aggregate<State>,
  record: LogRecord,
  time: string,
): CommandDecision<State> {
  const source = `${record.topic}/${record.partition}/${record.offset}`
  const command = decodeRecord(record)
  try {
    if (isDecodeFailure(command)) throw new Unfit(command.failure, command.detail)
    const failure = rules.checkCommand(command.envelope.type, command.data)
    if (failure) throw new Unfit(failure.failure, failure.detail)
    return { ...decide(rules, find, command, { source, time }), parked: false }
  } catch (error) {
    const code = error instanceof Unfit ? error.code : 'DECIDER_FAILED'
    const detail = error instanceof Error ? error.message : String(error)
    const refused = { outcome: 'refused', code: 'COMMAND_PARKED', detail: code } as const
    const envelope = isDecodeFailure(command) ? standIn(source, time) : command.envelope
    const parked = parkedRecord(deadLettersOf(rules.service), record, { service: rules.service, code, detail, time })
    return { records: [parked, answer(rules.service, envelope, refused, { source, time, partition: record.partition })], parked: true }
  }
}

function decide<State, C extends Command, Event extends Fact>(
  { service, decider, checkEvent }: Rules<State, C, Event>,
  find: (aggregateId: string) => Aggregate<State>,
  { envelope, data, partition }: RecordedEvent,
  { source, time }: { readonly source: string; readonly time: string },
): Omit<CommandDecision<State>, 'parked'> {
  const { aggregateId, expectedVersion } = envelope
  const before = find(aggregateId)
  const answered = (outcome: Pick<CommandAnswered, 'outcome' | 'code' | 'detail'>) => ({
    records: [answer(service, envelope, outcome, { source, time, partition })],
  })
  if (expectedVersion !== undefined && expectedVersion !== before.version) {
    const detail = `expected version ${expectedVersion}, the aggregate has version ${before.version}`
    return answered({ outcome: 'refused', code: 'VERSION_CONFLICT', detail })
  }
  // The data was held against the schema of this type: only the pair is not known to the compiler.
  const decision = decider.decide({ type: envelope.type, data } as C, before.state)
  if (isRefused(decision)) return answered({ outcome: 'refused', code: decision.refused, detail: decision.detail })
  if (decision.length === 0) return answered({ outcome: 'unchanged' })

  const records = decision.map((event, index) => {
    const failure = checkEvent(event.type, event.data)
    if (failure) throw new Unfit('EVENT_INVALID', `${event.type}: ${failure.detail}`)
    return encodeRecord(
      eventsOf(service),
      {
        ...caused(envelope, { source, time }),
        id: deriveId(envelope.id, String(index)),
        type: event.type,
        version: before.version + index + 1,
      },
      event.data,
      partition,
    )
  })
  const bytes = records.reduce((sum, event) => sum + recordBytes(event), 0)
  if (bytes > maxEventsBytes) throw new Unfit('EVENTS_TOO_LARGE', `${bytes} bytes, at most ${maxEventsBytes}`)
  const state = decision.reduce((folded, event) => decider.evolve(folded, event), before.state)
  return { records, changed: { id: aggregateId, aggregate: { state, version: before.version + decision.length } } }
}

/** What an event or answer takes over from its command. */
const caused = (
  { id, aggregateId, correlationId, traceparent }: Envelope,
  { source, time }: { readonly source: string; readonly time: string },
): Omit<Envelope, 'id' | 'type' | 'version'> => ({
  schemaVersion: 1,
  aggregateId,
  causationId: id,
  correlationId,
  ...(traceparent !== undefined && { traceparent }),
  source,
  time,
})

function answer(
  service: string,
  command: Envelope,
  outcome: Pick<CommandAnswered, 'outcome' | 'code' | 'detail'>,
  { source, time, partition }: { readonly source: string; readonly time: string; readonly partition: number },
): OutgoingRecord {
  const type = commandAnsweredType(service)
  const data: CommandAnswered = { commandId: command.id, commandType: command.type, ...outcome }
  // Derived from the source too: a repeated command is answered each time, and no two records share an id.
  const id = deriveId(command.id, 'answer', source)
  return encodeRecord(eventsOf(service), { ...caused(command, { source, time }), id, type, version: 0 }, data, partition)
}

/** For a record whose own envelope cannot be read. */
function standIn(source: string, time: string): Envelope {
  const id = deriveId(source)
  return { id, type: 'Unreadable', schemaVersion: 1, aggregateId: id, version: 0, causationId: id, correlationId: id, time }
}
