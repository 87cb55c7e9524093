import { partitioner } from '../client/kafkajs-client.ts'

/**
 * Where keys lie in a topic of so many partitions: where every producer of ours puts them.
 * @returns key → partition
 */
export function partitioning(topic: string, partitions: number): (key: string) => number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
    partitionErrorCode: 0,
  }))
  const place = partitioner()
  return (key) => place({ topic, partitionMetadata, message: { key, value: null } })
}
