import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Queries } from '../database/database.ts'
import { keyType, quoted, type Table } from '../database/table.ts'

/** Two tables of one shape, held against each other row by row in the order of keys. */
export interface Comparison {
  readonly rows: { readonly old: number; readonly new: number }
  /** SHA-256 over the MD5s of all rows: equal when all rows are. */
  readonly hash: { readonly old: string; readonly new: string }
  /** Keys of rows that are different, or on one side only. */
  readonly differing: readonly string[]
}

/** Names of the tables. */
export interface TableNames {
  readonly old: string
  readonly new: string
}

/** Rows compared with one statement: some ten milliseconds, in which an embedded database answers nobody else. */
const chunkRows = 2000

/** A range of keys; open where it has no end. */
interface Range {
  readonly after: string | undefined
  readonly until: string | undefined
}

/** @param between is called between statements */
export async function compareRows(table: Table, tables: TableNames, queries: Queries, between: () => Promise<void>): Promise<Comparison> {
  const hashes = { old: createHash('sha256'), new: createHash('sha256') }
  const rows = { old: 0, new: 0 }
  const differing: string[] = []
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const until = await endOfChunk(table, tables.old, after, queries)
    const range = { after, until }
    const one = await hashOf(table, tables.old, range, queries)
    // An embedded database leaves the event loop no turn of its own.
    await setImmediate()
    const other = await hashOf(table, tables.new, range, queries)
    hashes.old.update(one.hash)
    hashes.new.update(other.hash)
    rows.old += one.rows
    rows.new += other.rows
    if (one.hash !== other.hash) differing.push(...(await differingKeys(table, tables, range, queries)))
    after = until
    isLast = until === undefined
    await between()
    await setImmediate()
  }
  return { rows, hash: { old: hashes.old.digest('hex'), new: hashes.new.digest('hex') }, differing }
}

/** The last key of a full chunk; undefined when the rest is less than one. */
async function endOfChunk(table: Table, tableName: string, after: string | undefined, { query }: Queries): Promise<string | undefined> {
  const key = quoted(table.key)
  const { where, parameters } = within(table, { after, until: undefined })
  const [row] = await query<{ last: string }>(
    `SELECT ${key}::text AS last FROM ${tableName} ${where} ORDER BY ${key} OFFSET ${chunkRows - 1} LIMIT 1`,
    parameters,
  )
  return row?.last
}

async function hashOf(table: Table, tableName: string, range: Range, { query }: Queries): Promise<{ rows: number; hash: string }> {
  const { where, parameters } = within(table, range)
  const [found] = await query<{ rows: number; hash: string }>(
    `SELECT count(*) AS rows, md5(coalesce(string_agg(md5(row::text), '' ORDER BY ${quoted(table.key)}), '')) AS hash FROM ${tableName} AS row ${where}`,
    parameters,
  )
  return found ?? { rows: 0, hash: '' }
}

async function differingKeys(table: Table, tables: TableNames, range: Range, { query }: Queries): Promise<string[]> {
  const key = quoted(table.key)
  const { where, parameters } = within(table, range)
  const hashed = (tableName: string) => `(SELECT ${key}, md5(row::text) AS hash FROM ${tableName} AS row ${where})`
  const rows = await query<{ key: string }>(
    `SELECT ${key}::text AS key FROM ${hashed(tables.old)} AS old FULL JOIN ${hashed(tables.new)} AS new USING (${key})
     WHERE old.hash IS DISTINCT FROM new.hash ORDER BY ${key}`,
    parameters,
  )
  return rows.map((row) => row.key)
}

function within(table: Table, { after, until }: Range): { where: string; parameters: string[] } {
  const key = quoted(table.key)
  const bounds = [
    ...(after === undefined ? [] : [{ operator: '>', bound: after }]),
    ...(until === undefined ? [] : [{ operator: '<=', bound: until }]),
  ]
  const conditions = bounds.map(({ operator }, index) => `${key} ${operator} $${index + 1}::${keyType(table)}`)
  return { where: conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '', parameters: bounds.map(({ bound }) => bound) }
}
