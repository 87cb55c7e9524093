import type { Database } from '../../../services/shared/runtime/projection/database.ts'
import { openDatabase } from '../../../services/shared/runtime/projection/open-database.ts'
import { UsageError } from '../command.ts'

/** Where scratch tables go. */
export interface ScratchPlace {
  readonly database: Database
  /** Table name → its name there. */
  readonly nameOf: (table: string) => string
}

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/**
 * `pglite:<directory>`, or the name of a schema in the PostgreSQL that `databaseUrl` says. Both must be new or without such tables.
 * @throws UsageError
 */
export async function openScratchPlace(into: string, databaseUrl: string | undefined): Promise<ScratchPlace> {
  if (into.startsWith('pglite:')) return { database: await openDatabase(into, quiet), nameOf: (table) => table }
  if (!/^[a-z_][a-z0-9_]{0,40}$/.test(into))
    throw new UsageError(`'${into}' is neither pglite:<directory> nor the name of a schema (small letters, digits, _)`)
  if (!databaseUrl?.startsWith('postgres'))
    throw new UsageError('a schema needs a server: set DATABASE_URL=postgres://… (or use --into pglite:<directory>)')
  const database = await openDatabase(databaseUrl, quiet)
  try {
    await database.query(`CREATE SCHEMA IF NOT EXISTS ${into}`)
  } catch (error) {
    await database.close()
    throw error
  }
  return { database, nameOf: (table) => `${into}.${table}` }
}
