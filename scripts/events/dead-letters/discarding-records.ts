import { deadLetterTopic } from '../../../services/shared/contracts/topology.ts'
import { discardHeader } from '../../../services/shared/runtime/event-sourcing/decide-command.ts'
import type { OutgoingRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { holdsUpKey, type Letter } from './letter.ts'

/** Header of a note among the dead letters: the place of the letter that is given up. */
export const discardedHeader = 'dlq.discarded'

/**
 * A letter → what is to be written so that nobody waits for its record any more: a note beside it, and to its aggregate the command again
 * with the word that it is given up. The letter stays as evidence.
 * @param reason for whoever reads it later
 * @param time RFC 3339
 */
export function discardingRecords(letter: Letter, reason: string, time: string): readonly OutgoingRecord[] {
  const { service, place, original } = letter
  const about = { [discardedHeader]: place, 'dlq.reason': reason, 'dlq.time': time }
  const note: OutgoingRecord = { topic: deadLetterTopic(service), partition: 0, key: null, value: null, headers: about }
  if (!holdsUpKey(letter)) return [note]
  const { topic, partition, key, headers } = original
  return [{ topic, partition, key, value: null, headers: { ...headers, [discardHeader]: reason } }, note]
}
