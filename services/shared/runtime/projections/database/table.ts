/** What a column holds: its SQL type, and for the compiler the value in JavaScript (see `column-types.ts`). */
export interface Column<Value = unknown> {
  readonly type: string
  readonly nullable: boolean
  /** Of the compiler's world only: never set. */
  readonly holds?: Value
}

const column = <Value>(type: string): Column<Value> => ({ type, nullable: false })

/** Text is compared by bytes: an index of it is smaller and does not depend on the machine's language. */
export const text = <Value extends string = string>(): Column<Value> => column('text COLLATE "C"')
export const integer = column<number>('bigint')
/** RFC 3339 in UTC with milliseconds. */
export const instant = column<string>('timestamptz')
/** `2026-01-31` */
export const day = column<string>('date')
export const json = <Value>(): Column<Value> => column('jsonb')

export const nullable = <Value>({ type }: Column<Value>): Column<Value | null> => ({ type, nullable: true })

/** Rows of one shape under one key. Columns are named as in answers, so that a row needs no translation. */
export interface Table {
  readonly name: string
  /** Name of the column that tells rows apart. */
  readonly key: string
  readonly columns: Readonly<Record<string, Column>>
  /** By name, what is between the brackets of `CREATE INDEX … ON … ( )`. */
  readonly indexes?: Readonly<Record<string, string>>
}

/** The row of a table, as JavaScript sees it. */
export type RowOf<T extends Table> = {
  readonly [Name in keyof T['columns']]: T['columns'][Name] extends Column<infer Value> ? Value : never
}

/** Any table's row. */
export type Row = Readonly<Record<string, unknown>>

export const quoted = (name: string): string => `"${name}"`

/** SQL type of the key, to cast parameters to. */
export const keyType = ({ key, columns }: Table): string => columns[key]?.type.split(' ')[0] ?? 'text'

/** The statements that make a table under the name it has in the database. */
export function createTable({ key, columns, indexes = {} }: Table, tableName: string): string[] {
  const lines = Object.entries(columns).map(
    ([name, { type, nullable }]) => `${quoted(name)} ${type}${nullable ? '' : ' NOT NULL'}${name === key ? ' PRIMARY KEY' : ''}`,
  )
  const [plainName = tableName] = tableName.split('.').slice(-1)
  return [
    `CREATE TABLE ${tableName} (${lines.join(', ')})`,
    ...Object.entries(indexes).map(([name, expressions]) => `CREATE INDEX ${plainName}_${name} ON ${tableName} (${expressions})`),
  ]
}
