import { partitioning } from '../../../services/shared/runtime/kafka/writing/partitioning.ts'

/** Where a key's records lie in a topic of so many partitions: where every service of the shop puts them. */
export const partitionOf = (topic: string, key: string, partitions: number): number => partitioning(topic, partitions)(key)
