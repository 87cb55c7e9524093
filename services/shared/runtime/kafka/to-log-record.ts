import type { KafkaMessage } from 'kafkajs'
import type { LogRecord, TopicPartition } from './event-log.ts'

/** kafkajs' message → our record. Of a header that occurs more than once, the last value counts. */
export function toLogRecord({ topic, partition }: TopicPartition, { offset, key, value, headers = {} }: KafkaMessage): LogRecord {
  const plain: Record<string, Buffer> = {}
  for (const [name, values] of Object.entries(headers)) {
    const last = Array.isArray(values) ? values.at(-1) : values
    if (last !== undefined) plain[name] = Buffer.isBuffer(last) ? last : Buffer.from(last)
  }
  return { topic, partition, offset: Number(offset), key, value, headers: plain }
}
