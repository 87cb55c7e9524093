import type { OutgoingRecord } from '../kafka/event-log.ts'
import type { Queries } from './database.ts'
import type { RowChange } from './fold-rows.ts'
import type { Feed } from './projection.ts'
import { storableJson } from './rows.ts'
import type { Row } from './table.ts'

/** What happened to a row, as DynamoDB Streams tell it with NEW_AND_OLD_IMAGES: the value of a feed's record, whose key is the row's. */
export interface RowChanged {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE'
  readonly oldImage?: Row
  readonly newImage?: Row
  /** Grows with each change of the row. What has been seen before is a repetition. */
  readonly sequence: number
}

/** What is to be told, in the order in which rows changed. It is written in the transaction that changes them and deleted once it is in the log. */
export const outboxTable = `
  CREATE TABLE IF NOT EXISTS projection_outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    key text NOT NULL,
    value jsonb NOT NULL
  )`

export function rowChanged({ sequence }: Feed, old: Row | undefined, row: Row | undefined): RowChanged {
  const eventName = old === undefined ? 'INSERT' : row === undefined ? 'REMOVE' : 'MODIFY'
  const of = row ?? old
  return { eventName, ...(old && { oldImage: old }), ...(row && { newImage: row }), sequence: of ? sequence(of) : 0 }
}

/** Puts changes into the outbox. Part of the transaction that makes them. */
export async function rememberChanges(
  feed: Feed,
  changes: readonly (Pick<RowChange, 'key' | 'old'> & { readonly row: Row | undefined })[],
  { query }: Queries,
): Promise<void> {
  if (changes.length === 0) return
  const told = changes.map(({ key, old, row }) => ({ topic: feed.topic, key, value: rowChanged(feed, old, row) }))
  await query(
    `INSERT INTO projection_outbox (topic, key, value)
     SELECT topic, key, value FROM json_populate_recordset(NULL::projection_outbox, $1::json)`,
    [storableJson(told)],
  )
}

/** A row of the outbox. */
export interface Untold {
  readonly id: number
  readonly topic: string
  readonly key: string
  readonly value: RowChanged
}

export const oldestUntold = (limit: number, { query }: Queries): Promise<Untold[]> =>
  query<Untold>('SELECT id, topic, key, value FROM projection_outbox ORDER BY id LIMIT $1', [limit])

export async function forget(told: readonly Untold[], { query }: Queries): Promise<void> {
  await query('DELETE FROM projection_outbox WHERE id = ANY($1::bigint[])', [told.map(({ id }) => id)])
}

export const feedRecord = ({ topic, key, value }: Untold): OutgoingRecord => ({
  topic,
  key,
  value: JSON.stringify(value),
  headers: { type: 'RowChanged', sequence: String(value.sequence) },
})
