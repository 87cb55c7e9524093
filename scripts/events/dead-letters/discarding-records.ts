import { discardHeader } from '../../../services/shared/runtime/event-sourcing/index.ts'
import type { OutgoingRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { resolutionRecord } from '../../../services/shared/runtime/messaging/dead-letter.ts'
import { isParkedCommand, type Letter } from './letter.ts'

/**
 * A letter → what is to be written so that nobody waits for its record any more: a note beside it, and of a command to its aggregate the
 * command again with the word that it is given up. The letter stays as evidence.
 * @param reason for whoever reads it later
 * @param time RFC 3339
 */
export function discardingRecords(letter: Letter, reason: string, time: string): readonly OutgoingRecord[] {
  const { service, place, original } = letter
  const note = resolutionRecord({ service, deadLetter: place, origin: original, resolution: 'discarded', time, reason })
  if (!isParkedCommand(letter)) return [note]
  const { topic, partition, key, headers } = original
  return [{ topic, partition, key, value: null, headers: { ...headers, [discardHeader]: reason } }, note]
}
