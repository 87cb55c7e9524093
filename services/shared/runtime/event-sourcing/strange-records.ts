import type { OutgoingRecord } from '../kafka/event-log.ts'
import { recordBytes } from '../kafka/to-topic-messages.ts'
import { eventParkedRecord } from './answer-record.ts'
import type { StrangeRecord } from './memory.ts'
import { parkedRecord } from './parked-record.ts'
import { deadLettersOf } from './topic-names.ts'

const maxBytes = 512 * 1024

/**
 * Records of our own events that cannot be understood → transactions, each with dead letters and, in the events, the note that they are there.
 * @param time RFC 3339
 */
export function* strangeTransactions(
  service: string,
  strange: ReadonlyMap<number, StrangeRecord>,
  time: string,
): Generator<{ readonly records: readonly OutgoingRecord[]; readonly offsets: readonly number[] }> {
  let records: OutgoingRecord[] = []
  let offsets: number[] = []
  let bytes = 0
  for (const [offset, { record, why }] of strange) {
    const letter = parkedRecord(deadLettersOf(service), record, { service, ...why, time })
    const note = eventParkedRecord(service, record, why.code, time)
    const size = recordBytes(letter) + recordBytes(note)
    if (bytes > 0 && bytes + size > maxBytes) {
      yield { records, offsets }
      records = []
      offsets = []
      bytes = 0
    }
    records.push(letter, note)
    offsets.push(offset)
    bytes += size
  }
  if (records.length > 0) yield { records, offsets }
}
