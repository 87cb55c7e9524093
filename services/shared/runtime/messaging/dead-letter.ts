import type { LogRecord, OutgoingRecord, TopicPartition } from '../kafka/event-log.ts'
import type { DecodeFailureCode } from './record-codec.ts'
import { deadLettersOf } from './topic-names.ts'

/** All dead letters and resolutions of a service lie in one partition, so that they have an order. */
export const deadLetterPartition = 0

/** Why a record was not handled. */
export interface Evidence {
  /** Who could not handle it. */
  readonly service: string
  readonly code: string
  readonly detail: string
  /** RFC 3339. */
  readonly time: string
}

/** Where a record lies. */
export interface RecordPosition extends TopicPartition {
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
export function deadLetterRecord(topic: string, record: LogRecord, { service, code, detail, time }: Evidence): OutgoingRecord {
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

/** Say where the record of a dead letter, or of a resolution, lies. */
export const originHeaders = ({ topic, partition, offset }: RecordPosition): Readonly<Record<string, string>> => ({
  'dlq.topic': topic,
  'dlq.partition': String(partition),
  'dlq.offset': String(offset),
})

/** The other way round; undefined when the headers say nothing of the kind. */
export function originOf({ headers }: Pick<LogRecord, 'headers'>): RecordPosition | undefined {
  const topic = headers['dlq.topic']?.toString()
  const [partition, offset] = [Number(headers['dlq.partition']?.toString()), Number(headers['dlq.offset']?.toString())]
  return topic !== undefined && Number.isInteger(partition) && Number.isInteger(offset) ? { topic, partition, offset } : undefined
}

/** Headers as they were; of senseless ones, none. */
function keptHeaders(headers: LogRecord['headers']): LogRecord['headers'] {
  const bytes = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  return bytes > maxKeptBytes ? {} : headers
}

/** What becomes of a dead letter's record. `redriven`: what it leads to is written. `discarded`: somebody has given it up. */
export type Resolution = 'redriven' | 'discarded'

const headerOf = (end: Resolution): string => `dlq.${end}`
const reasonHeader = 'dlq.reason'

/** A record among the dead letters: nobody waits for this dead letter's record any more. The dead letter stays as evidence. */
export interface DeadLetterResolution {
  /** Who could not handle the record. */
  readonly service: string
  /** `topic/partition/offset` of the dead letter. */
  readonly deadLetter: string
  /** Where the record itself lies. */
  readonly origin: RecordPosition
  readonly resolution: Resolution
  /** RFC 3339. */
  readonly time: string
  /** For whoever reads it later. */
  readonly reason?: string
}

/** The resolution → what is to be written. */
export function resolutionRecord({ service, deadLetter, origin, resolution, time, reason }: DeadLetterResolution): OutgoingRecord {
  return {
    topic: deadLettersOf(service),
    partition: deadLetterPartition,
    key: null,
    value: null,
    headers: {
      [headerOf(resolution)]: deadLetter,
      ...originHeaders(origin),
      ...(reason !== undefined && { [reasonHeader]: reason }),
      'dlq.time': time,
    },
  }
}

/** Which dead letter is resolved, how and why; undefined when the record is a dead letter itself. */
export function readResolution({
  headers,
}: Pick<LogRecord, 'headers'>): Pick<DeadLetterResolution, 'deadLetter' | 'resolution' | 'reason'> | undefined {
  // The record of a dead letter may have such headers of its own.
  if (headers['dlq.code'] !== undefined) return undefined
  const reason = headers[reasonHeader]?.toString()
  for (const resolution of ['redriven', 'discarded'] as const) {
    const deadLetter = headers[headerOf(resolution)]?.toString()
    if (deadLetter !== undefined) return { deadLetter, resolution, ...(reason !== undefined && { reason }) }
  }
  return undefined
}
