import { eventSchemas } from '../../../services/shared/contracts/events/events.ts'
import { eventVersions } from '../../../services/shared/contracts/events/versions.ts'
import type { LogRecord, TopicPartition } from '../../../services/shared/runtime/kafka/event-log.ts'
import { decodeEvent } from '../../../services/shared/runtime/messaging/decode-event.ts'
import { dataCheck, decodeRecord, isDecodeFailure, type RecordedEvent } from '../../../services/shared/runtime/messaging/record-codec.ts'

const reading = { check: dataCheck(eventSchemas), versions: eventVersions }

/** Why a record of an events topic is no event of the shop, and where it lies. */
export interface Unreadable {
  readonly place: string
  readonly unreadable: string
}

export const isUnreadable = (event: RecordedEvent | Unreadable): event is Unreadable => 'unreadable' in event

/** A record of an events topic → its event with the data of the current schema version (answers to commands as they are), or why that is impossible. */
export function toCurrentEvent(record: LogRecord): RecordedEvent | Unreadable {
  const isAnswer = record.headers.type?.toString().endsWith('.CommandAnswered')
  const event = isAnswer ? decodeRecord(record) : decodeEvent(reading, record)
  return isDecodeFailure(event) ? { place: place(record), unreadable: `${event.failure} ${event.detail}` } : event
}

/** `topic/partition/offset`, as in the `source` of events. */
export const place = ({ topic, partition, offset }: TopicPartition & { readonly offset: number }): string =>
  `${topic}/${partition}/${offset}`
