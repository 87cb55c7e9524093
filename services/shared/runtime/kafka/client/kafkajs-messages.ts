import type { TopicMessages } from 'kafkajs'
import type { OutgoingRecord } from '../event-log.ts'

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
