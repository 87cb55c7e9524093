import { type CommandAnswered, commandAnsweredType } from '../../../contracts/command-answered.ts'
import type { Envelope } from '../../../contracts/envelope.ts'
import type { LogRecord, OutgoingRecord } from '../../kafka/event-log.ts'
import { deriveId } from '../../messaging/derive-id.ts'
import { type DecodeFailure, encodeRecord, isDecodeFailure, RecordInvalid, tryEncodeRecord } from '../../messaging/record-codec.ts'
import { eventsOf } from '../../messaging/topic-names.ts'

/** Stands for the type of a command that could not be read. */
export const unreadableType = 'Unreadable'
/** Code of the record that says that an earlier record of our own events is in the dead letters. */
export const eventParkedCode = 'EVENT_PARKED'

/** The command at hand: what it says, where it lies, and when it is decided. */
export interface CommandAtHand {
  readonly envelope: Envelope
  readonly partition: number
  /** `topic/partition/offset` */
  readonly source: string
  /** RFC 3339. */
  readonly time: string
}

/** What an event or answer takes over from its command. */
export const caused = ({ envelope, source, time }: CommandAtHand): Omit<Envelope, 'id' | 'type' | 'version'> => ({
  schemaVersion: 1,
  aggregateId: envelope.aggregateId,
  causationId: envelope.id,
  correlationId: envelope.correlationId,
  ...(envelope.traceparent !== undefined && { traceparent: envelope.traceparent }),
  source,
  time,
})

type Answer = Omit<CommandAnswered, 'commandId' | 'commandType'>

/** The record that says that a command changed nothing, and why. @returns why not when nobody could read it */
export function tryReplyRecord(service: string, command: CommandAtHand, answer: Answer): OutgoingRecord | DecodeFailure {
  const { envelope, source, partition } = command
  const data: CommandAnswered = { commandId: envelope.id, commandType: envelope.type, ...answer }
  // Derived from the source too: a repeated command is answered each time, and no two records share an id.
  const id = deriveId(envelope.id, 'answer', source)
  return tryEncodeRecord(eventsOf(service), { ...caused(command), id, type: commandAnsweredType(service), version: 0 }, data, partition)
}

/** The same for an answer of the runtime's own words. @throws RecordInvalid when nobody could read it */
export function replyRecord(service: string, command: CommandAtHand, answer: Answer): OutgoingRecord {
  const record = tryReplyRecord(service, command, answer)
  if (isDecodeFailure(record)) throw new RecordInvalid(record)
  return record
}

/** Stands in for an envelope that cannot be read, so that the record can be answered. */
export function unreadableEnvelope(source: string, time: string): Envelope {
  const id = deriveId(source)
  return { id, type: unreadableType, schemaVersion: 1, aggregateId: id, version: 0, causationId: id, correlationId: id, time }
}

/** Says in the events themselves that one of them is in the dead letters, so that folding them again does not put it there again. */
export function eventParkedRecord(service: string, { topic, partition, offset }: LogRecord, detail: string, time: string): OutgoingRecord {
  const commandId = `${topic}/${partition}/${offset}`
  const data: CommandAnswered = { commandId, commandType: unreadableType, outcome: 'refused', code: eventParkedCode, detail }
  const { id } = unreadableEnvelope(commandId, time)
  return encodeRecord(
    topic,
    { ...unreadableEnvelope(commandId, time), id: deriveId(id, 'parked'), type: commandAnsweredType(service) },
    data,
    partition,
  )
}
