import { recordBytes } from '../../kafka/client/kafkajs-messages.ts'
import type { OutgoingRecord } from '../../kafka/event-log.ts'
import { deadLetterRecord } from '../../messaging/dead-letter.ts'
import { deadLettersOf } from '../../messaging/topic-names.ts'
import type { CorruptEvent } from '../recover/partition-state.ts'
import { eventParkedRecord } from '../reply/command-reply.ts'

const maxBytes = 512 * 1024

/**
 * Records of our own events that cannot be understood → transactions, each with dead letters and, in the events, an answer that says so.
 * @param time RFC 3339
 */
export function* corruptEventTransactions(
  service: string,
  corrupt: ReadonlyMap<number, CorruptEvent>,
  time: string,
): Generator<{ readonly records: readonly OutgoingRecord[]; readonly offsets: readonly number[] }> {
  let records: OutgoingRecord[] = []
  let offsets: number[] = []
  let bytes = 0
  for (const [offset, { record, why }] of corrupt) {
    const deadLetter = deadLetterRecord(deadLettersOf(service), record, { service, ...why, time })
    const answer = eventParkedRecord(service, record, why.code, time)
    const size = recordBytes(deadLetter) + recordBytes(answer)
    if (bytes > 0 && bytes + size > maxBytes) {
      yield { records, offsets }
      records = []
      offsets = []
      bytes = 0
    }
    records.push(deadLetter, answer)
    offsets.push(offset)
    bytes += size
  }
  if (records.length > 0) yield { records, offsets }
}
