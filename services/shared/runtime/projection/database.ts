import type { Logger } from '../kafka/kafka-logger.ts'

/** Runs SQL. `Row` is what the statement makes: columns come as told in `column-types.ts`. Pass JSON as text (`JSON.stringify`). */
export interface Queries {
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>
}

/** PostgreSQL, wherever it runs. */
export interface Database extends Queries {
  /** Commits when `work` resolves, else rolls back and throws what it threw. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** What `openDatabase` takes: a server, or a directory for PostgreSQL inside this process. */
export const databaseUrlPattern = '^(postgres(ql)?://.+|pglite:.+)$'

/**
 * Opens `postgres://…` (a server) or `pglite:<directory>` (PostgreSQL in this process; one process at a time; `pglite:memory://` keeps nothing).
 * Either engine is loaded only when it is used.
 */
export async function openDatabase(url: string, logger: Logger): Promise<Database> {
  if (url.startsWith('pglite:')) {
    const { openPglite } = await import('./pglite-database.ts')
    return openPglite(url.slice('pglite:'.length), logger)
  }
  const { openPostgres } = await import('./postgres-database.ts')
  return openPostgres(url, logger)
}
