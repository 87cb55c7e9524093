import type { LogRecord } from '../kafka/event-log.ts'
import { type DataCheck, type DecodeFailure, decodeData, decodeEnvelope, isDecodeFailure, type RecordedEvent } from './record-codec.ts'
import { type SchemaVersions, upcast } from './schema-versions.ts'

/** What it takes to understand events of any age. */
export interface EventReading {
  /** Against the schemas of the current versions. */
  readonly check: DataCheck
  readonly versions: SchemaVersions
}

/** A record → its event with data of the current version that fit their schema, or why not. The envelope stays as it was written. */
export function decodeEvent(reading: EventReading, record: LogRecord, envelope = decodeEnvelope(record)): RecordedEvent | DecodeFailure {
  const recorded = isDecodeFailure(envelope) ? envelope : decodeData(record, envelope)
  return isDecodeFailure(recorded) ? recorded : currentEvent(reading, recorded)
}

/** The same for a record that was decoded before. */
export function currentEvent({ check, versions }: EventReading, recorded: RecordedEvent): RecordedEvent | DecodeFailure {
  const risen = upcast(versions, recorded.envelope, recorded.data)
  if (isDecodeFailure(risen)) return risen
  return check(recorded.envelope.type, risen.data) ?? { ...recorded, data: risen.data }
}
