import type { OutgoingRecord } from '../../kafka/event-log.ts'
import type { Queries } from '../database/database.ts'
import { storableJson } from '../database/rows.ts'
import type { Row } from '../database/table.ts'
import type { RowChange } from '../fold/fold-rows.ts'
import type { Generation } from '../rebuild/generations.ts'

/** What happened to a row, as DynamoDB Streams tell it with NEW_AND_OLD_IMAGES: the value of a feed's record, whose key is the row's. */
export interface RowChanged {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE'
  readonly oldImage?: Row
  readonly newImage?: Row
  /** Grows with each change of the row, also when a rebuild puts it right. What is not above the last one seen is a repetition. */
  readonly sequence: number
}

/** Changes on their way to the feed, in the order in which rows changed. A change is written in the transaction that changes them and deleted once it is in the log. */
export const outboxTable = `
  CREATE TABLE IF NOT EXISTS projection_outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    key text NOT NULL,
    value jsonb NOT NULL
  )`

/** Room for the versions of a row in one epoch of the feed. Up to the year 2255 a number holds both exactly. */
const versionsPerFeedEpoch = 1_000_000

/** @param version of the new row; 0 when there is none, which is before any that may be made under its key again */
export function rowChanged(feedEpoch: number, version: number, old: Row | undefined, row: Row | undefined): RowChanged {
  const eventName = old === undefined ? 'INSERT' : row === undefined ? 'REMOVE' : 'MODIFY'
  return { eventName, ...(old && { oldImage: old }), ...(row && { newImage: row }), sequence: feedEpoch * versionsPerFeedEpoch + version }
}

/** Puts changes of a generation's rows into the outbox, if its projection has a feed. Part of the transaction that makes them. */
export async function appendToOutbox(
  { feedEpoch, projection: { feed } }: Pick<Generation, 'feedEpoch' | 'projection'>,
  changes: readonly (Pick<RowChange, 'key' | 'old'> & { readonly row: Row | undefined })[],
  { query }: Queries,
): Promise<void> {
  if (!feed || changes.length === 0) return
  const { topic, version } = feed
  const rows = changes.map(({ key, old, row }) => ({ topic, key, value: rowChanged(feedEpoch, row ? version(row) : 0, old, row) }))
  await query(
    `INSERT INTO projection_outbox (topic, key, value)
     SELECT topic, key, value FROM json_populate_recordset(NULL::projection_outbox, $1::json)`,
    [storableJson(rows)],
  )
}

/** A row of the outbox. */
export interface OutboxRow {
  readonly id: number
  readonly topic: string
  readonly key: string
  readonly value: RowChanged
}

export const oldestOutboxRows = (limit: number, { query }: Queries): Promise<OutboxRow[]> =>
  query<OutboxRow>('SELECT id, topic, key, value FROM projection_outbox ORDER BY id LIMIT $1', [limit])

export async function deleteOutboxRows(rows: readonly OutboxRow[], { query }: Queries): Promise<void> {
  await query('DELETE FROM projection_outbox WHERE id = ANY($1::bigint[])', [rows.map(({ id }) => id)])
}

export const feedRecord = ({ topic, key, value }: OutboxRow): OutgoingRecord => ({
  topic,
  key,
  value: JSON.stringify(value),
  headers: { type: 'RowChanged', sequence: String(value.sequence) },
})
