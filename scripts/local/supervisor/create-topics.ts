import { topics } from '../../../services/shared/contracts/topology.ts'
import { createMissingTopics } from '../../../services/shared/runtime/kafka/create-missing-topics.ts'

/** Enough to see partitioning at work, few enough for two cores. */
const partitions = 6

/** @throws Error when a topic exists with another number of partitions: keys would move */
export async function createTopics(brokers: string): Promise<void> {
  await createMissingTopics(brokers, topics(partitions))
}
