import { recordBytes } from '../../kafka/client/kafkajs-messages.ts'
import type { OutgoingRecord } from '../../kafka/event-log.ts'
import { deriveId } from '../../messaging/derive-id.ts'
import { isDecodeFailure, tryEncodeRecord } from '../../messaging/record-codec.ts'
import { currentVersion, type SchemaVersions } from '../../messaging/schema-versions.ts'
import { eventsOf } from '../../messaging/topic-names.ts'
import type { DomainEvent } from '../decider.ts'
import { type CommandAtHand, caused } from '../reply/command-reply.ts'
import { type Rejected, rejected } from './verdict.ts'

/** The events of one command travel in one batch of records, so that whoever waits sees all of them at once. */
const maxBytes = 512 * 1024

/**
 * Decided events → records under the next versions of their aggregate, with ids derived from the command's.
 * @param version of the aggregate before them
 * @returns why the command is rejected when no reader could read them
 */
export function eventRecords(
  { service, versions }: { readonly service: string; readonly versions: SchemaVersions },
  command: CommandAtHand,
  version: number,
  events: readonly DomainEvent[],
): readonly OutgoingRecord[] | Rejected {
  const records: OutgoingRecord[] = []
  for (const [index, { type, data }] of events.entries()) {
    const id = deriveId(command.envelope.id, String(index))
    const envelope = { ...caused(command), id, type, schemaVersion: currentVersion(versions, type), version: version + index + 1 }
    const record = tryEncodeRecord(eventsOf(service), envelope, data, command.partition)
    if (isDecodeFailure(record)) return rejected(record.failure === 'VALUE_TOO_LARGE' ? 'EVENTS_TOO_LARGE' : 'EVENT_INVALID', record.detail)
    records.push(record)
  }
  const bytes = records.map(recordBytes)
  if (bytes.reduce((sum, size) => sum + size, 0) > maxBytes)
    return rejected('EVENTS_TOO_LARGE', `${bytes.join(' + ')} bytes, at most ${maxBytes} together`)
  return records
}
