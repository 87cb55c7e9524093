import type Cluster from 'kafkajs/src/cluster/index.js'
import type { RecordBatch, TopicPartition } from '../event-log.ts'
import { fetchRecords, type Position } from './fetch-records.ts'
import { retryRequest } from './retry-request.ts'

/** Partitions of topics, their ends and their records, read without a group: what Java's consumer calls `assign`. */
export interface PartitionSource {
  /** @throws while a topic does not exist */
  partitions(topics: readonly string[]): Promise<TopicPartition[]>
  /** Offset of the first record, or the one after the last committed record. */
  offsets(partitions: readonly TopicPartition[], edge: 'beginning' | 'end'): Promise<Position[]>
  /** Positions by the broker that leads them now. */
  byLeader(positions: readonly Position[]): Promise<Map<number, Position[]>>
  fetch(leader: number, positions: readonly Position[], maxWaitMs: number, maxBytes?: number): Promise<RecordBatch[]>
  /** After an error: the partitions may have new leaders. */
  refresh(): Promise<void>
  close(): Promise<void>
}

/** @param cluster its connections are used by this source alone, because a long poll holds up what is sent after it */
export function partitionSource(cluster: Cluster): PartitionSource {
  const load = async (topics: readonly string[]): Promise<void> => {
    await cluster.connect()
    await cluster.addMultipleTargetTopics(topics)
    await cluster.refreshMetadataIfNecessary()
  }
  const leaderOf = ({ topic, partition }: TopicPartition): number => {
    const metadata = cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition)
    if (!metadata) throw new Error(`${topic} has no partition ${partition}`)
    return metadata.leader
  }
  return {
    partitions: async (topics) => {
      await load(topics)
      return topics.flatMap((topic) =>
        cluster.findTopicPartitionMetadata(topic).map(({ partitionId: partition }) => ({ topic, partition })),
      )
    },
    offsets: async (partitions, edge) => {
      await load([...new Set(partitions.map(({ topic }) => topic))])
      const asked = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
        topic,
        partitions: ofTopic.map(({ partition }) => ({ partition })),
        fromBeginning: edge === 'beginning',
      }))
      const answered = await retryRequest(cluster, () => cluster.fetchTopicsOffset(asked))
      return answered.flatMap(({ topic, partitions: found }) =>
        found.map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) })),
      )
    },
    byLeader: async (positions) => {
      await cluster.refreshMetadataIfNecessary()
      return Map.groupBy(positions, leaderOf)
    },
    fetch: async (leader, positions, maxWaitMs, maxBytes) =>
      fetchRecords(await cluster.findBroker({ nodeId: leader }), positions, maxWaitMs, maxBytes),
    refresh: () => cluster.refreshMetadata(),
    close: () => cluster.disconnect(),
  }
}
