import { recordBytes } from '../../kafka/client/kafkajs-messages.ts'
import type { OutgoingRecord } from '../../kafka/event-log.ts'
import { deriveId } from '../../messaging/derive-id.ts'
import { type DataCheck, encodeRecord, RecordInvalid } from '../../messaging/record-codec.ts'
import { currentVersion, type SchemaVersions } from '../../messaging/schema-versions.ts'
import { eventsOf } from '../../messaging/topic-names.ts'
import type { DomainEvent } from '../decider.ts'
import { type CommandAtHand, caused } from '../reply/command-reply.ts'
import { RejectedCommand } from './rejected-command.ts'

/** The events of one command travel in one batch of records, so that whoever waits sees all of them at once. */
const maxBytes = 512 * 1024

/**
 * Decided events → records under the next versions of their aggregate, with ids derived from the command's.
 * @throws RejectedCommand what no reader could read
 */
export function eventRecords(
  { service, checkEvent, versions }: { readonly service: string; readonly checkEvent: DataCheck; readonly versions: SchemaVersions },
  command: CommandAtHand,
  version: number,
  events: readonly DomainEvent[],
): OutgoingRecord[] {
  const records = events.map(({ type, data }, index) => {
    const failure = checkEvent(type, data)
    if (failure) throw new RejectedCommand('EVENT_INVALID', `${type}: ${failure.detail}`)
    const id = deriveId(command.envelope.id, String(index))
    const envelope = { ...caused(command), id, type, schemaVersion: currentVersion(versions, type), version: version + index + 1 }
    try {
      return encodeRecord(eventsOf(service), envelope, data, command.partition)
    } catch (error) {
      if (!(error instanceof RecordInvalid)) throw error
      throw new RejectedCommand(error.code === 'VALUE_TOO_LARGE' ? 'EVENTS_TOO_LARGE' : 'EVENT_INVALID', error.message)
    }
  })
  const bytes = records.map(recordBytes)
  if (bytes.reduce((sum, size) => sum + size, 0) > maxBytes)
    throw new RejectedCommand('EVENTS_TOO_LARGE', `${bytes.join(' + ')} bytes, at most ${maxBytes} together`)
  return records
}
