import type { TopicPartition } from '../../kafka/event-log.ts'
import type { Queries } from '../database/database.ts'

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
