import type { Database, Queries } from '../../../services/shared/runtime/projections/index.ts'

/** A schema has tables of these names already. */
export class SchemaTaken extends Error {
  override readonly name = 'SchemaTaken'
}

/**
 * Makes tables that appear in their schema all at once, when they are whole. Until then they lie in a schema beside it, which nobody
 * takes for the result: whoever is interrupted, in whatever way, leaves only that, and the next one clears it away.
 * @param fill makes the tables; is given the name under which each is to be made
 * @throws SchemaTaken before anything is made, when one of the tables is there
 * @throws Error when somebody else is filling the schema at the moment
 */
export async function fillSchema<Result>(
  database: Database,
  schema: string,
  tables: readonly string[],
  fill: (tableNameOf: (table: string) => string) => Promise<Result>,
): Promise<Result> {
  const unfinished = unfinishedIn(schema)
  await refuseTaken(database, schema, tables)
  const filled = await database.exclusively(`fill ${schema}`, async () => {
    await database.query(`DROP SCHEMA IF EXISTS ${unfinished} CASCADE`)
    await database.query(`CREATE SCHEMA ${unfinished}`)
    try {
      const result = await fill((table) => `${unfinished}.${table}`)
      await database.transaction(async (queries) => {
        await queries.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`)
        await refuseTaken(queries, schema, tables)
        // Indexes and keys come along.
        for (const table of tables) await queries.query(`ALTER TABLE ${unfinished}.${table} SET SCHEMA ${schema}`)
      })
      return { result }
    } finally {
      // What cannot be cleared away now is by the next one; why there is no result is the better message.
      await database.query(`DROP SCHEMA IF EXISTS ${unfinished} CASCADE`).catch(() => undefined)
    }
  })
  if (!filled) throw new Error(`somebody else is filling ${schema} at the moment`)
  return filled.result
}

/** No name that `--into` takes, so no schema that somebody has asked for. */
const unfinishedIn = (schema: string): string => `"${schema}~unfinished"`

async function refuseTaken(queries: Queries, schema: string, tables: readonly string[]): Promise<void> {
  const taken = await queries.query('SELECT 1 FROM information_schema.tables WHERE table_schema = $1 AND table_name = ANY($2)', [
    schema,
    tables,
  ])
  if (taken.length > 0) throw new SchemaTaken(`${schema} has such tables already`)
}
