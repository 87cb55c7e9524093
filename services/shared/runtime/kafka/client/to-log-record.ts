import type { IHeaders, KafkaMessage } from 'kafkajs'
import type { LogRecord, TopicPartition } from '../event-log.ts'

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
