import { eventSchemas } from '../../../services/shared/contracts/events/events.ts'
import { eventVersions } from '../../../services/shared/contracts/events/versions.ts'
import { upcast } from '../../../services/shared/runtime/event-sourcing/schema-versions.ts'
import type { LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import {
  type DecodeFailure,
  dataCheck,
  decodeRecord,
  isDecodeFailure,
  type RecordedEvent,
} from '../../../services/shared/runtime/kafka/record.ts'

const check = dataCheck(eventSchemas)

/** Why a record of an events topic is no event of the shop. */
export interface Unreadable {
  readonly unreadable: string
}

export const isUnreadable = (event: RecordedEvent | Unreadable): event is Unreadable => 'unreadable' in event

/** A record of an events topic → its event with the data of the current schema version, or why that is impossible. */
export function toCurrentEvent(record: LogRecord): RecordedEvent | Unreadable {
  const unreadable = ({ failure, detail }: DecodeFailure): Unreadable => ({ unreadable: `${place(record)}: ${failure} ${detail}` })
  const decoded = decodeRecord(record)
  if (isDecodeFailure(decoded)) return unreadable(decoded)
  const { envelope } = decoded
  if (envelope.type.endsWith('.CommandAnswered')) return decoded
  const risen = upcast(eventVersions, envelope, decoded.data)
  if (isDecodeFailure(risen)) return unreadable(risen)
  const failure = check(envelope.type, risen.data)
  return failure ? unreadable(failure) : { ...decoded, data: risen.data }
}

/** `topic/partition/offset`, as in the `source` of events. */
export const place = ({ topic, partition, offset }: { topic: string; partition: number; offset: number }): string =>
  `${topic}/${partition}/${offset}`
