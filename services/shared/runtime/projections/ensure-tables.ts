import type { Database } from './database/database.ts'
import { outboxTable } from './outbox/outbox.ts'
import type { Projection } from './projection.ts'
import { ensureLive, generationTables } from './rebuild/generations.ts'

/** Makes what is missing of the tables that projections need: of the runtime's own, and of each projection's rows. */
export async function ensureTables(projections: readonly Projection[], database: Database): Promise<void> {
  for (const statement of [...generationTables, outboxTable]) await database.query(statement)
  for (const projection of projections) await database.transaction((queries) => ensureLive(projection, queries))
}
