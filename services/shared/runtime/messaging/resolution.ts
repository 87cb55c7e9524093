import type { LogRecord, OutgoingRecord } from '../kafka/event-log.ts'
import { deadLetterPartition, originHeaders, type Place } from './dead-letter.ts'
import { deadLettersOf } from './topic-names.ts'

/** What becomes of a letter's record. `redriven`: what it leads to is written. `discarded`: somebody has given it up. */
export type LetterEnd = 'redriven' | 'discarded'

const headerOf = (end: LetterEnd): string => `dlq.${end}`
const reasonHeader = 'dlq.reason'

/** A note among the dead letters: nobody waits for this letter's record any more. The letter stays as evidence. */
export interface LetterNote {
  /** Who put the record aside. */
  readonly service: string
  /** `topic/partition/offset` of the letter. */
  readonly letter: string
  /** Where the record itself lies. */
  readonly origin: Place
  readonly end: LetterEnd
  /** RFC 3339. */
  readonly time: string
  /** For whoever reads it later. */
  readonly reason?: string
}

/** The note → what is to be written. */
export function noteRecord({ service, letter, origin, end, time, reason }: LetterNote): OutgoingRecord {
  return {
    topic: deadLettersOf(service),
    partition: deadLetterPartition,
    key: null,
    value: null,
    headers: {
      [headerOf(end)]: letter,
      ...originHeaders(origin),
      ...(reason !== undefined && { [reasonHeader]: reason }),
      'dlq.time': time,
    },
  }
}

/** Of which letter a note says what, and why; undefined when the record is a letter. */
export function readNote({ headers }: Pick<LogRecord, 'headers'>): Pick<LetterNote, 'letter' | 'end' | 'reason'> | undefined {
  // The record of a letter may have such headers of its own.
  if (headers['dlq.code'] !== undefined) return undefined
  const reason = headers[reasonHeader]?.toString()
  for (const end of ['redriven', 'discarded'] as const) {
    const letter = headers[headerOf(end)]?.toString()
    if (letter !== undefined) return { letter, end, ...(reason !== undefined && { reason }) }
  }
  return undefined
}
