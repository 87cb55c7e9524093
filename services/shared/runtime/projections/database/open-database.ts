import type { Logger } from '../../kafka/client/kafka-logger.ts'
import type { Database } from './database.ts'

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
