import type Cluster from 'kafkajs/src/cluster/index.js'
import type { EventLog, TopicPartition } from '../event-log.ts'
import type { Position } from './fetch-records.ts'

/** Kafka's OffsetCommit of a group without members (`assign` in Java) has no generation and no member. */
const withoutMembers = { groupGenerationId: -1, memberId: '' }
/** The broker's own `offsets.retention.minutes`, seven days where nobody set it. */
const brokerRetention = -1

export interface CommittedOffsets extends Pick<EventLog, 'committedOffset' | 'commitOffset'> {
  /** Undefined when it was never committed, or longer ago than the broker keeps it, or the topic was deleted. */
  keptOffset(group: string, partition: TopicPartition): Promise<number | undefined>
  /** All in one request. */
  commitOffsets(group: string, positions: readonly Position[]): Promise<void>
}

/** Offsets kept under the name of a group that has no members: a reader without a group goes on from there. */
export function committedOffsets(cluster: Cluster): CommittedOffsets {
  const coordinatorOf = async (groupId: string) => {
    await cluster.connect()
    return cluster.findGroupCoordinator({ groupId })
  }
  const ask = ({ topic, partition }: TopicPartition) => [{ topic, partitions: [{ partition }] }]
  const keptOffset = async (groupId: string, partition: TopicPartition): Promise<number | undefined> => {
    const coordinator = await coordinatorOf(groupId)
    const { responses } = await coordinator.offsetFetch({ groupId, topics: ask(partition) })
    const offset = Number(responses[0]?.partitions[0]?.offset ?? -1)
    return offset < 0 ? undefined : offset
  }
  const commitOffsets = async (groupId: string, positions: readonly Position[]): Promise<void> => {
    const coordinator = await coordinatorOf(groupId)
    const topics = [...Map.groupBy(positions, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
      topic,
      partitions: ofTopic.map(({ partition, offset }) => ({ partition, offset: String(offset) })),
    }))
    await coordinator.offsetCommit({ ...withoutMembers, groupId, retentionTime: brokerRetention, topics })
  }
  return {
    keptOffset,
    commitOffsets,
    committedOffset: async (groupId, partition) => (await keptOffset(groupId, partition)) ?? 0,
    commitOffset: (groupId, { topic, partition }, offset) => commitOffsets(groupId, [{ topic, partition, offset }]),
  }
}
