import type { TopicPartition } from './event-log.ts'

/** `topic/partition`, for maps and for people. */
export const partitionName = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`
