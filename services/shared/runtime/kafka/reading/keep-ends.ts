import type { CommittedOffsets } from './committed-offsets.ts'
import type { PartitionSource } from './partition-source.ts'

/** Kafka's answer to a commit from outside of a group that has members. */
const hasMembers = (error: unknown): boolean => error instanceof Error && 'type' in error && error.type === 'UNKNOWN_MEMBER_ID'

/**
 * Makes the ends of topics the offsets of a group that has none there, so that it begins at them even if its first member stops before it has
 * handled anything. Of a topic where it has some, a partition without one was added later: the group reads that from its beginning, where nothing is
 * from before its start. Call it before joining: a group that has members already has begun.
 */
export async function keepEnds(
  group: string,
  topics: readonly string[],
  { partitions, offsets }: Pick<PartitionSource, 'partitions' | 'offsets'>,
  { keptOffset, commitOffsets }: Pick<CommittedOffsets, 'keptOffset' | 'commitOffsets'>,
): Promise<void> {
  const all = await partitions(topics)
  const kept = await Promise.all(all.map((partition) => keptOffset(group, partition)))
  const begun = new Set(all.filter((_, index) => kept[index] !== undefined).map(({ topic }) => topic))
  const unread = all.filter(({ topic }) => !begun.has(topic))
  if (unread.length === 0) return
  try {
    // At once: of a part of them, the rest would look like added later.
    await commitOffsets(group, await offsets(unread, 'end'))
  } catch (error) {
    if (!hasMembers(error)) throw error
  }
}
