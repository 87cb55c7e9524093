import type { Kafka } from 'kafkajs'
import { partitioner, retry } from '../../../services/shared/runtime/kafka/client/kafkajs-client.ts'
import type { TopicPartition } from '../../../services/shared/runtime/kafka/event-log.ts'
import { transactionalWriter } from '../../../services/shared/runtime/kafka/writing/transactional-writer.ts'

/** Of one transaction; a batch of so many empty records takes some 100 KB. */
const most = 10_000

/**
 * Moves the end of a partition to an offset, or one further, without writing anything that a reader sees: records of a transaction that is
 * aborted keep their offsets, and so does the mark that says so.
 * @throws KafkaJSError when a broker does not answer; what was raised until then stays
 */
export async function raiseEnd(kafka: Kafka, { topic, partition }: TopicPartition, from: number, to: number): Promise<void> {
  const transactionalId = `raise-end-${topic}-${partition}`
  const producer = kafka.producer({
    transactionalId,
    maxInFlightRequests: 1,
    createPartitioner: partitioner,
    allowAutoTopicCreation: false,
    retry,
  })
  await producer.connect()
  try {
    for (let end = from; end < to; ) {
      const count = Math.max(1, Math.min(most, to - end - 1))
      const transaction = await producer.transaction()
      const messages = Array.from({ length: count }, () => ({ key: null, value: null, partition }))
      const [written] = await transaction.sendBatch({ acks: -1, topicMessages: [{ topic, messages }] })
      await transaction.abort()
      end = Number(written?.baseOffset ?? end) + count + 1
    }
  } finally {
    await producer.disconnect()
  }
  // An abort is answered before its mark is written, and until then readers end before it. Fencing waits for the mark.
  const next = transactionalWriter(kafka, transactionalId)
  await next.fence()
  await next.discard()
}
