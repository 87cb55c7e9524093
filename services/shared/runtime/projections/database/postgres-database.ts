import { Pool, type PoolClient, type QueryResultRow, types } from 'pg'
import type { Logger } from '../../kafka/client/kafka-logger.ts'
import { columnTypes } from './column-types.ts'
import type { Database, Queries } from './database.ts'
import { DatabaseUnavailable, isLossOfConnection } from './database-unavailable.ts'
import { listenPostgres } from './listen-postgres.ts'

/** Milliseconds. A statement of a projection or a page takes a few; longer means locked or lost. */
const statementTimeout = 10_000
const connectTimeout = 5_000
/** Milliseconds. The server ends a statement before that, unless it is gone without a word: TCP would notice after a quarter of an hour. */
const answerTimeout = statementTimeout + connectTimeout

/** The last statement on a connection that is lent. */
type End = (sql: string, parameters?: readonly unknown[]) => Promise<void>

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

  /**
   * Lends a connection, until the work ends it with a last statement. When that does not come, or does not work, the connection is closed,
   * which rolls back and unlocks, also when it is broken. What is asked behind it is refused: the connection may be somebody else's.
   */
  const withClient = async <T>(work: (queries: Queries, end: End) => Promise<T>): Promise<T> => {
    const client = await pool.connect().catch(unavailable)
    const noteLoss = (err: Error) => logger.warn({ err }, 'database connection lost while in use')
    client.on('error', noteLoss)
    const { query } = queriesOf(client)
    let isOver = false
    let isReusable = false
    const lent: Queries = {
      query: async (sql, parameters) => {
        if (isOver) throw new Error('asked after the end of its transaction')
        return query(sql, parameters)
      },
    }
    const end: End = async (sql, parameters) => {
      isOver = true
      await query(sql, parameters)
      isReusable = true
    }
    try {
      return await work(lent, end)
    } finally {
      isOver = true
      client.release(!isReusable)
      client.off('error', noteLoss)
    }
  }

  return {
    query: queriesOf(pool).query,
    transaction: (work) =>
      withClient(async (queries, end) => {
        await queries.query('BEGIN')
        try {
          const result = await work(queries)
          await end('COMMIT')
          return result
        } catch (error) {
          // Waiting for others is thrown as well: it costs no connection.
          if (!(error instanceof DatabaseUnavailable)) await end('ROLLBACK').catch(() => undefined)
          throw error
        }
      }),
    exclusively: (name, work) =>
      withClient(async ({ query }, end) => {
        const [lock] = await query<{ isOurs: boolean }>('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS "isOurs"', [name])
        try {
          return lock?.isOurs ? await work() : undefined
        } finally {
          await end('SELECT pg_advisory_unlock(hashtextextended($1, 0)) WHERE $2', [name, lock?.isOurs === true])
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
