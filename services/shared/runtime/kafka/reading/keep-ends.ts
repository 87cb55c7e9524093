import type { CommittedOffsets } from './committed-offsets.ts'
import type { PartitionSource } from './partition-source.ts'

/** Kafka's answer to a commit from outside of a group that has members. */
const hasMembers = (error: unknown): boolean => error instanceof Error && 'type' in error && error.type === 'UNKNOWN_MEMBER_ID'

/**
 * Makes the ends of partitions the offsets of a group that has none there, so that it begins at them even if its first member stops before it has
 * handled anything. Call it before joining: a group that has members already has begun.
 */
export async function keepEnds(
  group: string,
  topics: readonly string[],
  { partitions, offsets }: Pick<PartitionSource, 'partitions' | 'offsets'>,
  { keptOffset, commitOffset }: Pick<CommittedOffsets, 'keptOffset' | 'commitOffset'>,
): Promise<void> {
  const all = await partitions(topics)
  const isNew = await Promise.all(all.map(async (partition) => (await keptOffset(group, partition)) === undefined))
  const unkept = all.filter((_, index) => isNew[index])
  if (unkept.length === 0) return
  try {
    for (const { offset, ...partition } of await offsets(unkept, 'end')) await commitOffset(group, partition, offset)
  } catch (error) {
    if (!hasMembers(error)) throw error
  }
}
