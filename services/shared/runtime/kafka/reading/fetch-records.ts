import type { Broker } from 'kafkajs/src/cluster/index.js'
import Batch from 'kafkajs/src/consumer/batch.js'
import { readCommitted } from '../client/kafkajs-client.ts'
import { toLogRecord } from '../client/kafkajs-messages.ts'
import type { RecordBatch, TopicPartition } from '../event-log.ts'

/** Where a reader stands. */
export interface Position extends TopicPartition {
  readonly offset: number
}

const maxBytesPerPartition = 4 * 1024 * 1024
/** Of all partitions together. */
export const mostBytes = 16 * 1024 * 1024

/**
 * One fetch of several partitions from the broker that leads them.
 * @param maxWaitMs how long the broker may wait for news
 * @param maxBytes of all partitions together
 * @returns only partitions that moved; perhaps without records, when only control records were passed
 */
export async function fetchRecords(
  broker: Broker,
  positions: readonly Position[],
  maxWaitMs: number,
  maxBytes = mostBytes,
): Promise<RecordBatch[]> {
  const topics = [...Map.groupBy(positions, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    partitions: ofTopic.map(({ partition, offset }) => ({
      partition,
      fetchOffset: String(offset),
      maxBytes: Math.min(maxBytes, maxBytesPerPartition),
    })),
  }))
  const { responses } = await broker.fetch({ maxWaitTime: maxWaitMs, minBytes: 1, maxBytes, isolationLevel: readCommitted, topics })
  return responses.flatMap(({ topicName: topic, partitions }) =>
    partitions.flatMap((fetched) => {
      const { partition } = fetched
      const from = positions.find((position) => position.topic === topic && position.partition === partition)
      if (!from) return []
      const batch = new Batch(topic, String(from.offset), fetched)
      if (batch.rawMessages.length === 0) return []
      const records = batch.messages.map((message) => toLogRecord({ topic, partition }, message))
      return [{ topic, partition, records, nextOffset: Number(batch.lastOffset()) + 1 }]
    }),
  )
}
