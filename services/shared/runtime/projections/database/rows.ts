import type { RowChange } from '../fold/fold-rows.ts'
import type { Queries } from './database.ts'
import { keyType, quoted, type Row, type Table } from './table.ts'

/** Another writer made a row between our look and our write. Nothing is lost: the transaction is to be run again. */
export class WriteConflict extends Error {
  override readonly name = 'WriteConflict'
}

/** The rows of these keys that exist, locked until the transaction ends; in the order of keys, so that two writers never wait for each other. */
export async function lockRows(table: Table, tableName: string, keys: readonly string[], { query }: Queries): Promise<Map<string, Row>> {
  const key = quoted(table.key)
  const rows = await query<Row>(`SELECT * FROM ${tableName} WHERE ${key} = ANY($1::${keyType(table)}[]) ORDER BY ${key} FOR UPDATE`, [keys])
  return new Map(rows.map((row) => [String(row[table.key]), row]))
}

/** Writes changed rows with one statement for new ones and one for those that were locked. @throws WriteConflict */
export async function writeRows(table: Table, tableName: string, changes: readonly RowChange[], { query }: Queries): Promise<void> {
  const inOrder = changes.toSorted((one, other) => (one.key < other.key ? -1 : 1))
  const added = inOrder.filter(({ old }) => old === undefined)
  if (added.length > 0) {
    const made = await query(`INSERT INTO ${tableName} ${recordset(tableName)} ON CONFLICT DO NOTHING RETURNING 1 AS made`, [asJson(added)])
    if (made.length < added.length)
      throw new WriteConflict(`${added.length - made.length} rows of ${tableName} were made by another writer`)
  }
  const changed = inOrder.filter(({ old }) => old !== undefined)
  if (changed.length > 0) {
    const columns = Object.keys(table.columns).filter((name) => name !== table.key)
    const set = columns.map((name) => `${quoted(name)} = changed.${quoted(name)}`).join(', ')
    const key = quoted(table.key)
    await query(
      `UPDATE ${tableName} AS present SET ${set} FROM (${recordset(tableName)}) AS changed WHERE present.${key} = changed.${key}`,
      [asJson(changed)],
    )
  }
}

/** JSON objects → rows: columns are matched by name and take their types from the table. */
const recordset = (tableName: string): string => `SELECT * FROM json_populate_recordset(NULL::${tableName}, $1::json)`

/** PostgreSQL stores neither U+0000 nor half a surrogate pair; JSON of people's texts may hold both. */
const unstorable = /\\u(0000|d[89a-f])/i
const storable = (_name: string, value: unknown): unknown =>
  typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\ufffd') : value

export function storableJson(value: unknown): string {
  const written = JSON.stringify(value)
  return unstorable.test(written) ? JSON.stringify(value, storable) : written
}

const asJson = (changes: readonly RowChange[]): string => storableJson(changes.map(({ row }) => row))
