import type { Queries } from '../database/database.ts'
import { createTable } from '../database/table.ts'
import { identityOf, type Projection, tableNameOf, viewOf } from '../projection.ts'

/** `live` is what readers see, `building` comes after it, `kept` and `dropped` came before it; `failed` could not be built. */
export type GenerationState = 'live' | 'building' | 'kept' | 'dropped' | 'failed'

/**
 * A generation is one making of a projection's rows: its own table and its own positions in the log. `projection_control` is locked by
 * whoever applies events (shared) and whoever switches (alone), and `epoch` counts the switches, so that nobody writes into yesterday's table.
 * The column `era` is `feedEpoch`: renamed, it would be gone for replicas of the release before, which read it while a new one is rolled out.
 */
export const generationTables = [
  `CREATE TABLE IF NOT EXISTS projection_control (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    epoch bigint NOT NULL DEFAULT 0,
    held_until timestamptz NOT NULL DEFAULT '-infinity'
  )`,
  'INSERT INTO projection_control DEFAULT VALUES ON CONFLICT DO NOTHING',
  `CREATE TABLE IF NOT EXISTS projection_generations (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    projection text NOT NULL,
    state text NOT NULL,
    keep boolean NOT NULL DEFAULT false,
    begun_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    report jsonb,
    era bigint NOT NULL DEFAULT 0
  )`,
  `CREATE UNIQUE INDEX IF NOT EXISTS projection_generations_one_of_a_kind ON projection_generations (projection, state)
    WHERE state IN ('live', 'building')`,
  // Databases from before the feed had epochs: the sequences they go on writing are below those of every generation to come.
  // Asked first, because ALTER TABLE waits for every reader, also where it has nothing to add.
  `DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'projection_generations'::regclass AND attname = 'era') THEN
      ALTER TABLE projection_generations ADD COLUMN IF NOT EXISTS era bigint NOT NULL DEFAULT 0;
    END IF;
  END $$`,
  `CREATE TABLE IF NOT EXISTS projection_positions (
    generation integer NOT NULL REFERENCES projection_generations ON DELETE CASCADE,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (generation, topic, partition)
  )`,
]

/** A projection's rows as they are being made. */
export interface Generation {
  readonly id: number
  readonly projection: Projection
  /** Name of its table. */
  readonly tableName: string
  /**
   * Seconds from 1970 to when it was begun, and more than those of the generation before it. Sequences of its changes are above all
   * of earlier epochs, even at a lower version. A clock, because a database that is lost takes all other counters with it.
   */
  readonly feedEpoch: number
}

const generationOf = (projection: Projection, id: number, feedEpoch: number): Generation => ({
  id,
  projection,
  tableName: tableNameOf(projection, id),
  feedEpoch,
})

async function beginGeneration(projection: Projection, state: 'live' | 'building', keep: boolean, { query }: Queries) {
  const [begun] = await query<{ id: number; feedEpoch: number }>(
    `INSERT INTO projection_generations (projection, state, keep, era)
     SELECT $1::text, $2::text, $3::boolean, greatest(extract(epoch FROM now())::bigint, max(era) + 1) FROM projection_generations WHERE projection = $1
     ON CONFLICT DO NOTHING RETURNING id, era AS "feedEpoch"`,
    [identityOf(projection), state, keep],
  )
  if (!begun) return undefined
  const generation = generationOf(projection, begun.id, begun.feedEpoch)
  for (const statement of createTable(projection.table, generation.tableName)) await query(statement)
  return generation
}

/** Gives a projection its first, empty generation, unless it has one. */
export async function ensureLive(projection: Projection, queries: Queries): Promise<void> {
  const begun = await beginGeneration(projection, 'live', false, queries)
  if (begun) await queries.query(`CREATE OR REPLACE VIEW ${viewOf(projection)} AS SELECT * FROM ${begun.tableName}`)
}

/** Begins a generation beside the live one; undefined when one is being built already. */
export const beginBuilding = (projection: Projection, keep: boolean, queries: Queries): Promise<Generation | undefined> =>
  beginGeneration(projection, 'building', keep, queries)

/** The generations of these projections that are in a state. */
export async function generationsIn(
  state: 'live' | 'building',
  projections: readonly Projection[],
  { query }: Queries,
): Promise<(Generation & { readonly keep: boolean })[]> {
  const rows = await query<{ id: number; projection: string; keep: boolean; feedEpoch: number }>(
    'SELECT id, projection, keep, era AS "feedEpoch" FROM projection_generations WHERE state = $1 AND projection = ANY($2::text[]) ORDER BY id',
    [state, projections.map(identityOf)],
  )
  return rows.flatMap(({ id, projection: identity, keep, feedEpoch }) => {
    const projection = projections.find((candidate) => identityOf(candidate) === identity)
    return projection ? [{ ...generationOf(projection, id, feedEpoch), keep }] : []
  })
}

/** Readers see the new rows from the commit of this transaction on, and never none or both. Old rows that are not kept are to be dropped in it. */
export async function switchTo(
  { id, projection, tableName }: Generation,
  { old, keepOld, report }: { readonly old: Generation; readonly keepOld: boolean; readonly report: unknown },
  { query }: Queries,
): Promise<void> {
  const end = 'UPDATE projection_generations SET state = $2, ended_at = now() WHERE id = $1'
  await query(end, [old.id, (keepOld ? 'kept' : 'dropped') satisfies GenerationState])
  await query("UPDATE projection_generations SET state = 'live', ended_at = now(), keep = $2, report = $3::jsonb WHERE id = $1", [
    id,
    keepOld,
    JSON.stringify(report),
  ])
  await query(`CREATE OR REPLACE VIEW ${viewOf(projection)} AS SELECT * FROM ${tableName}`)
  await query('UPDATE projection_control SET epoch = epoch + 1')
}

/** Throws a generation's rows away. */
export async function dropRows({ id, tableName }: Generation, { query }: Queries): Promise<void> {
  await query(`DROP TABLE IF EXISTS ${tableName}`)
  await query('DELETE FROM projection_positions WHERE generation = $1', [id])
}
