import type { TopicPartition } from '../kafka/event-log.ts'
import type { Queries } from './database.ts'

/** How far each partition has been applied, kept with the rows, so that both are always of the same moment. */
export const offsetsTable = `
  CREATE TABLE IF NOT EXISTS projection_offsets (
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (topic, partition)
  )`

/** Offset of the first record that is not applied yet; 0 in a new database. The row stays locked until the transaction ends. */
export async function lockOffset({ topic, partition }: TopicPartition, queries: Queries): Promise<number> {
  await queries.query('INSERT INTO projection_offsets VALUES ($1, $2, 0) ON CONFLICT DO NOTHING', [topic, partition])
  const [row] = await queries.query<{ next_offset: number }>(
    'SELECT next_offset FROM projection_offsets WHERE topic = $1 AND partition = $2 FOR UPDATE',
    [topic, partition],
  )
  return row?.next_offset ?? 0
}

export async function storeOffset({ topic, partition }: TopicPartition, nextOffset: number, queries: Queries): Promise<void> {
  await queries.query('UPDATE projection_offsets SET next_offset = $3 WHERE topic = $1 AND partition = $2', [topic, partition, nextOffset])
}

export async function readOffset({ topic, partition }: TopicPartition, queries: Queries): Promise<number> {
  const rows = await queries.query<{ next_offset: number }>(
    'SELECT next_offset FROM projection_offsets WHERE topic = $1 AND partition = $2',
    [topic, partition],
  )
  return rows[0]?.next_offset ?? 0
}
