import { Pool, type PoolClient, type QueryResultRow, types } from 'pg'
import type { Logger } from '../kafka/kafka-logger.ts'
import { columnTypes } from './column-types.ts'
import type { Database, Queries } from './database.ts'
import { DatabaseUnavailable, isLossOfConnection } from './database-unavailable.ts'
import { listenPostgres } from './listen-postgres.ts'

/** Milliseconds. A statement of a projection or a page takes a few; longer means locked or lost. */
const statementTimeout = 10_000
const connectTimeout = 5_000
/** Milliseconds. The server ends a statement before that, unless it is gone without a word: TCP would notice after a quarter of an hour. */
const answerTimeout = statementTimeout + connectTimeout

/**
 * A pool of connections to a PostgreSQL server. It connects when first used, and again after a connection broke.
 * All of it throws `DatabaseUnavailable` when there is no connection, or no longer.
 */
export function openPostgres(url: string, logger: Logger): Database {
  const pool = new Pool({
    connectionString: url,
    max: 10,
    statement_timeout: statementTimeout,
    query_timeout: answerTimeout,
    connectionTimeoutMillis: connectTimeout,
    types: { getTypeParser: (oid: number, format?: 'text' | 'binary') => columnTypes[oid] ?? types.getTypeParser(oid, format) },
  })
  // Without a listener the loss of a connection would end the process, in the pool (this one) or in use (the one below).
  pool.on('error', (err) => logger.warn({ err }, 'idle database connection lost'))

  /** Lends a connection. When the work fails it is closed: that rolls back and unlocks, also when the connection is broken. */
  const withClient = async <T>(work: (queries: Queries) => Promise<T>): Promise<T> => {
    const client = await pool.connect().catch(unavailable)
    const noteLoss = (err: Error) => logger.warn({ err }, 'database connection lost while in use')
    client.on('error', noteLoss)
    const giveBack = (error?: unknown) => {
      client.release(error !== undefined)
      client.off('error', noteLoss)
    }
    try {
      const result = await work(queriesOf(client))
      giveBack()
      return result
    } catch (error) {
      giveBack(error)
      throw error
    }
  }

  return {
    query: queriesOf(pool).query,
    transaction: (work) =>
      withClient(async (queries) => {
        await queries.query('BEGIN')
        const result = await work(queries)
        await queries.query('COMMIT')
        return result
      }),
    exclusively: (name, work) =>
      withClient(async ({ query }) => {
        const [lock] = await query<{ isOurs: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS "isOurs"', [name])
        if (!lock?.isOurs) return undefined
        try {
          return await work()
        } finally {
          await query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name])
        }
      }),
    listen: listenPostgres({ connectionString: url, connectionTimeoutMillis: connectTimeout }, logger),
    close: () => pool.end(),
  }
}

const queriesOf = (client: Pool | PoolClient): Queries => ({
  query: async <Row>(sql: string, parameters: readonly unknown[] = []) => {
    const { rows } = await client.query<QueryResultRow>(sql, [...parameters]).catch(unavailable)
    return rows as Row[]
  },
})

function unavailable(error: unknown): never {
  throw isLossOfConnection(error) ? new DatabaseUnavailable(error) : error
}
