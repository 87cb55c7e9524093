import type { LogRecord, OutgoingRecord, TopicPartition } from '../kafka/event-log.ts'
import type { DecodeFailureCode } from './record-codec.ts'

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
