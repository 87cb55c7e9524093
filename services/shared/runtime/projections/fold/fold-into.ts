import type { RecordedEvent } from '../../messaging/record-codec.ts'
import type { Queries } from '../database/database.ts'
import { lockRows, writeRows } from '../database/rows.ts'
import type { Projection } from '../projection.ts'
import { changesByKey, foldRows, type RowChange } from './fold-rows.ts'

/** Folds events into the rows of one table: reads the rows that they touch, and writes those that changed. Part of a transaction. */
export async function foldInto(
  projection: Projection,
  tableName: string,
  events: readonly RecordedEvent[],
  queries: Queries,
): Promise<readonly RowChange[]> {
  const changes = changesByKey(projection, events)
  if (changes.size === 0) return []
  const rows = await lockRows(projection.table, tableName, [...changes.keys()], queries)
  const changed = foldRows(changes, rows)
  await writeRows(projection.table, tableName, changed, queries)
  return changed
}
