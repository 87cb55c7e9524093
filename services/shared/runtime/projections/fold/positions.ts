import type { PartitionRange, TopicPartition } from '../../kafka/event-log.ts'
import type { Database, Queries } from '../database/database.ts'
import { type Projection, topicsOf } from '../projection.ts'
import { generationsIn } from '../rebuild/generations.ts'

/** How far a generation has been made: the offset of the first record of a partition that is not in its rows. */
export interface Position extends TopicPartition {
  readonly generation: number
  readonly nextOffset: number
}

const columns = 'generation, topic, partition, next_offset AS "nextOffset"'

export const readPositions = (generations: readonly number[], { query }: Queries): Promise<Position[]> =>
  query<Position>(`SELECT ${columns} FROM projection_positions WHERE generation = ANY($1::integer[])`, [generations])

/** Begins at offset 0 where there is no position yet. */
export async function beginPositions(positions: readonly Omit<Position, 'nextOffset'>[], { query }: Queries): Promise<void> {
  await query(
    `INSERT INTO projection_positions (generation, topic, partition, next_offset)
     SELECT generation, topic, partition, 0 FROM json_populate_recordset(NULL::projection_positions, $1::json) ON CONFLICT DO NOTHING`,
    [JSON.stringify(positions)],
  )
}

/** Positions that exist, locked until the transaction ends: two who believe that a partition is theirs take turns. */
export const lockPositions = (
  generations: readonly number[],
  partitions: readonly TopicPartition[],
  { query }: Queries,
): Promise<Position[]> =>
  query<Position>(
    `SELECT ${columns} FROM projection_positions
     WHERE generation = ANY($1::integer[]) AND topic || '/' || partition = ANY($2::text[])
     ORDER BY generation, topic, partition FOR UPDATE`,
    [generations, partitions.map(({ topic, partition }) => `${topic}/${partition}`)],
  )

export async function movePositions(positions: readonly Position[], { query }: Queries): Promise<void> {
  await query(
    `UPDATE projection_positions AS present SET next_offset = moved."nextOffset"
     FROM json_to_recordset($1::json) AS moved (generation integer, topic text, partition integer, "nextOffset" bigint)
     WHERE (present.generation, present.topic, present.partition) = (moved.generation, moved.topic, moved.partition)`,
    [JSON.stringify(positions)],
  )
}

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
