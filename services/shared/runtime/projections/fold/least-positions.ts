import type { PartitionRange, TopicPartition } from '../../kafka/event-log.ts'
import type { Database } from '../database/database.ts'
import { type Projection, topicsOf } from '../projection.ts'
import { generationsIn } from '../rebuild/generations.ts'
import { beginPositions, readPositions } from './positions.ts'

/** Where the least advanced of the live generations is in each partition. */
export async function leastPositions(
  partitions: readonly TopicPartition[],
  projections: readonly Projection[],
  database: Database,
): Promise<PartitionRange[]> {
  const live = await generationsIn('live', projections, database)
  await beginPositions(
    live.flatMap(({ id, projection }) =>
      partitions.filter(({ topic }) => topicsOf(projection).includes(topic)).map((partition) => ({ generation: id, ...partition })),
    ),
    database,
  )
  const positions = await readPositions(
    live.map(({ id }) => id),
    database,
  )
  return partitions.map(({ topic, partition }) => ({
    topic,
    partition,
    from: Math.min(...positions.filter((at) => at.topic === topic && at.partition === partition).map(({ nextOffset }) => nextOffset)),
  }))
}
