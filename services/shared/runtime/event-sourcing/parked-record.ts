import type { LogRecord, OutgoingRecord } from '../kafka/event-log.ts'

/** Why a record was put aside. */
export interface Evidence {
  /** Who put it aside. */
  readonly service: string
  readonly code: string
  readonly detail: string
  /** RFC 3339. */
  readonly time: string
}

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
    key: key === null || key.length > maxKeptBytes ? null : key,
    value: cut ? value.subarray(0, maxKeptBytes) : value,
    headers: {
      ...keptHeaders(headers),
      'dlq.service': service,
      'dlq.code': code,
      'dlq.detail': detail.slice(0, maxDetailLength),
      'dlq.time': time,
      'dlq.topic': record.topic,
      'dlq.partition': String(record.partition),
      'dlq.offset': String(record.offset),
      ...(cut && { 'dlq.value-bytes': String(value.length) }),
    },
  }
}

/** Headers as they were; of senseless ones, none. */
function keptHeaders(headers: LogRecord['headers']): LogRecord['headers'] {
  const bytes = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  return bytes > maxKeptBytes ? {} : headers
}
