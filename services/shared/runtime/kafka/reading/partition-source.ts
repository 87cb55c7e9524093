import type Cluster from 'kafkajs/src/cluster/index.js'
import { backOff } from '../back-off.ts'
import type { RecordBatch, TopicPartition } from '../event-log.ts'
import { fetchRecords, type Position } from './fetch-records.ts'

/** Partitions of topics, their ends and their records, read without a group: what Java's consumer calls `assign`. */
export interface PartitionSource {
  /** @throws while a topic does not exist */
  partitions(topics: readonly string[]): Promise<TopicPartition[]>
  /** Offset of the first record, or the one after the last committed record. */
  offsets(partitions: readonly TopicPartition[], edge: 'beginning' | 'end'): Promise<Position[]>
  /** Positions by the broker that leads them now. */
  byLeader(positions: readonly Position[]): Promise<Map<number, Position[]>>
  fetch(leader: number, positions: readonly Position[], maxWaitMs: number): Promise<RecordBatch[]>
  /** After an error: the partitions may have new leaders. */
  refresh(): Promise<void>
  close(): Promise<void>
}

/** With the waits between them about 3 s: a partition made a moment ago, or one whose leader went, has a leader by then. */
const attempts = 7

const isRetriable = (error: unknown): boolean => error instanceof Error && 'retriable' in error && error.retriable === true

/** kafkajs sends a request of the cluster once, to the leaders that it knows. @throws what cannot be retried at once, the rest at the last attempt */
async function untilLed<Answer>(cluster: Cluster, request: () => Promise<Answer>): Promise<Answer> {
  for (let failures = 0; ; ) {
    try {
      if (failures > 0) await cluster.refreshMetadata()
      return await request()
    } catch (error) {
      failures += 1
      if (failures === attempts || !isRetriable(error)) throw error
      await backOff(failures)
    }
  }
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
      const answered = await untilLed(cluster, () => cluster.fetchTopicsOffset(asked))
      return answered.flatMap(({ topic, partitions: found }) =>
        found.map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) })),
      )
    },
    byLeader: async (positions) => {
      await cluster.refreshMetadataIfNecessary()
      return Map.groupBy(positions, leaderOf)
    },
    fetch: async (leader, positions, maxWaitMs) => fetchRecords(await cluster.findBroker({ nodeId: leader }), positions, maxWaitMs),
    refresh: () => cluster.refreshMetadata(),
    close: () => cluster.disconnect(),
  }
}
