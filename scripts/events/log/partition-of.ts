import { partitioner } from '../../../services/shared/runtime/kafka/kafkajs-client.ts'

/** Where a key's records lie in a topic of so many partitions: where every service of the shop puts them. */
export function partitionOf(topic: string, key: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
    partitionErrorCode: 0,
  }))
  return partitioner()({ topic, partitionMetadata, message: { key, value: null } })
}
