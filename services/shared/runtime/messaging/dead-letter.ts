import type { LogRecord, OutgoingRecord, TopicPartition } from '../kafka/event-log.ts'
import type { DecodeFailureCode } from './record-codec.ts'
import { deadLettersOf } from './topic-names.ts'

/** All letters and notes of a service lie in one partition, so that they have an order. */
export const deadLetterPartition = 0

/** Why a record was put aside. */
export interface Evidence {
  /** Who put it aside. */
  readonly service: string
  readonly code: string
  readonly detail: string
  /** RFC 3339. */
  readonly time: string
}

/** Where a record lies. */
export interface Place extends TopicPartition {
  readonly offset: number
}

/** Codes of records that do not even say whose they are, or lie where theirs are not: nothing waits behind them. */
const garbageCodes: readonly string[] = ['HEADERS_INVALID', 'KEY_INVALID', 'KEY_MISPLACED'] satisfies DecodeFailureCode[]
export const isGarbage = (code: string): boolean => garbageCodes.includes(code)

/** More of a value would not fit into the dead letter together with the evidence (Kafka's limit is 1 MiB per batch). */
const maxKeptBytes = 256 * 1024
const maxDetailLength = 1000

/**
 * A record that cannot be handled → a dead letter: key, value and headers as they were (so that it can be sent again),
 * and headers `dlq.*` that say whence and why.
 */
export function parkedRecord(topic: string, record: LogRecord, { service, code, detail, time }: Evidence): OutgoingRecord {
  const { key, value, headers } = record
  const cut = value !== null && value.length > maxKeptBytes
  return {
    topic,
    partition: deadLetterPartition,
    key: key === null || key.length > maxKeptBytes ? null : key,
    value: cut ? value.subarray(0, maxKeptBytes) : value,
    headers: {
      ...keptHeaders(headers),
      'dlq.service': service,
      'dlq.code': code,
      'dlq.detail': detail.slice(0, maxDetailLength),
      'dlq.time': time,
      ...originHeaders(record),
      ...(cut && { 'dlq.value-bytes': String(value.length) }),
    },
  }
}

/** Say where the record of a letter, or of a note about one, lies. */
export const originHeaders = ({ topic, partition, offset }: Place): Readonly<Record<string, string>> => ({
  'dlq.topic': topic,
  'dlq.partition': String(partition),
  'dlq.offset': String(offset),
})

/** The other way round; undefined when the headers say nothing of the kind. */
export function originOf({ headers }: Pick<LogRecord, 'headers'>): Place | undefined {
  const topic = headers['dlq.topic']?.toString()
  const [partition, offset] = [Number(headers['dlq.partition']?.toString()), Number(headers['dlq.offset']?.toString())]
  return topic !== undefined && Number.isInteger(partition) && Number.isInteger(offset) ? { topic, partition, offset } : undefined
}

/** Headers as they were; of senseless ones, none. */
function keptHeaders(headers: LogRecord['headers']): LogRecord['headers'] {
  const bytes = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  return bytes > maxKeptBytes ? {} : headers
}

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
