import type Cluster from 'kafkajs/src/cluster/index.js'
import type { EventLog, TopicPartition } from '../event-log.ts'
import type { Position } from './fetch-records.ts'
import { retryRequest } from './retry-request.ts'

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
  /** The coordinator moves with a partition of the broker's own, and answers once it has loaded that. */
  const ofCoordinator = <Answer>(
    groupId: string,
    ask: (coordinator: Awaited<ReturnType<Cluster['findGroupCoordinator']>>) => Promise<Answer>,
  ): Promise<Answer> =>
    retryRequest(cluster, async () => {
      await cluster.connect()
      return ask(await cluster.findGroupCoordinator({ groupId }))
    })
  const keptOffset = async (groupId: string, { topic, partition }: TopicPartition): Promise<number | undefined> => {
    const topics = [{ topic, partitions: [{ partition }] }]
    const { responses } = await ofCoordinator(groupId, (coordinator) => coordinator.offsetFetch({ groupId, topics }))
    const offset = Number(responses[0]?.partitions[0]?.offset ?? -1)
    return offset < 0 ? undefined : offset
  }
  const commitOffsets = async (groupId: string, positions: readonly Position[]): Promise<void> => {
    const topics = [...Map.groupBy(positions, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
      topic,
      partitions: ofTopic.map(({ partition, offset }) => ({ partition, offset: String(offset) })),
    }))
    const commit = { ...withoutMembers, groupId, retentionTime: brokerRetention, topics }
    await ofCoordinator(groupId, (coordinator) => coordinator.offsetCommit(commit))
  }
  return {
    keptOffset,
    commitOffsets,
    committedOffset: async (groupId, partition) => (await keptOffset(groupId, partition)) ?? 0,
    commitOffset: (groupId, { topic, partition }, offset) => commitOffsets(groupId, [{ topic, partition, offset }]),
  }
}
