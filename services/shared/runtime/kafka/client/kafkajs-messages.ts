import type { IHeaders, KafkaMessage, TopicMessages } from 'kafkajs'
import type { LogRecord, OutgoingRecord, TopicPartition } from '../event-log.ts'

/** Our records → kafkajs' messages by topic, in order. */
export const toTopicMessages = (records: readonly OutgoingRecord[]): TopicMessages[] =>
  [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    messages: ofTopic.map(({ key, value, headers, partition }) => ({ key, value, headers, ...(partition !== undefined && { partition }) })),
  }))

/** Kafka adds about this much to each record and header: lengths, offset and timestamp deltas. */
const overhead = 16

const bytes = (part: string | Buffer | null): number => (part === null ? 0 : Buffer.byteLength(part))

/** About what a record takes on the wire. */
export const recordBytes = ({ key, value, headers }: OutgoingRecord): number =>
  Object.entries(headers).reduce(
    (sum, [name, header]) => sum + name.length + bytes(header) + overhead,
    bytes(key) + bytes(value) + overhead,
  )

/** kafkajs' message → our record. */
export function toLogRecord({ topic, partition }: TopicPartition, { offset, key, value, headers = {} }: KafkaMessage): LogRecord {
  return { topic, partition, offset: Number(offset), key, value, headers: isPlain(headers) ? headers : lastValues(headers) }
}

const isPlain = (headers: IHeaders): headers is Record<string, Buffer> => Object.values(headers).every(Buffer.isBuffer)

/** Of a header that occurs more than once, the last value counts. */
function lastValues(headers: IHeaders): Record<string, Buffer> {
  const plain: Record<string, Buffer> = {}
  for (const [name, values] of Object.entries(headers)) {
    const last = Array.isArray(values) ? values.at(-1) : values
    if (last !== undefined) plain[name] = Buffer.from(last)
  }
  return plain
}

/**
 * Records → requests, in order. A single record may be larger than a request.
 * @param maxBytes a request's records of one partition must stay below the broker's `message.max.bytes` (1 MiB)
 */
export function requestsOf(records: readonly OutgoingRecord[], maxBytes: number): OutgoingRecord[][] {
  const requests: OutgoingRecord[][] = []
  let room = 0
  for (const record of records) {
    const bytes = recordBytes(record)
    room -= bytes
    if (room < 0 || requests.length === 0) {
      requests.push([])
      room = maxBytes - bytes
    }
    requests.at(-1)?.push(record)
  }
  return requests
}
