import { Pool, type QueryResultRow, types } from 'pg'
import type { Logger } from '../kafka/kafka-logger.ts'
import { columnTypes } from './column-types.ts'
import type { Database, Queries } from './database.ts'

/** Milliseconds. A statement of a projection or a page takes a few; longer means locked or lost. */
const statementTimeout = 10_000
const connectTimeout = 5_000

/** A pool of connections to a PostgreSQL server. It connects when first used, and again after a connection broke. */
export function openPostgres(url: string, logger: Logger): Database {
  const pool = new Pool({
    connectionString: url,
    max: 10,
    statement_timeout: statementTimeout,
    connectionTimeoutMillis: connectTimeout,
    types: { getTypeParser: (oid: number, format?: 'text' | 'binary') => columnTypes[oid] ?? types.getTypeParser(oid, format) },
  })
  // Without a listener the loss of an idle connection would end the process; the next query takes another one.
  pool.on('error', (err) => logger.warn({ err }, 'idle database connection lost'))
  return {
    query: queriesOf(pool).query,
    transaction: async (work) => {
      const client = await pool.connect()
      try {
        await client.query('BEGIN')
        const result = await work(queriesOf(client))
        await client.query('COMMIT')
        client.release()
        return result
      } catch (error) {
        // Closing the connection rolls back, also when it is broken and could not run a ROLLBACK.
        client.release(true)
        throw error
      }
    },
    exclusively: async (name, work) => {
      const client = await pool.connect()
      let isUsable = false
      try {
        const { rows } = await client.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked', [name])
        const locked = rows[0]?.locked === true
        try {
          return locked ? await work() : undefined
        } finally {
          if (locked) await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name])
          isUsable = true
        }
      } finally {
        // Closing a connection that is not usable gives its lock back.
        client.release(!isUsable)
      }
    },
    close: () => pool.end(),
  }
}

interface PgClient {
  query(sql: string, parameters: unknown[]): Promise<{ rows: QueryResultRow[] }>
}

const queriesOf = (client: PgClient): Queries => ({
  query: async <Row>(sql: string, parameters: readonly unknown[] = []) => (await client.query(sql, [...parameters])).rows as Row[],
})
