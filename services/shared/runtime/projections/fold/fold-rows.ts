import type { RecordedEvent } from '../../messaging/record-codec.ts'
import type { Row } from '../database/table.ts'
import type { Change, Projection } from '../projection.ts'

/** A row that events have changed, and as it was before them; undefined when it is new. */
export interface RowChange {
  readonly key: string
  readonly old: Row | undefined
  readonly row: Row
}

/** The changes that events make, by row, in the order of the events. */
export function changesByKey({ events: table }: Projection, events: readonly RecordedEvent[]): Map<string, Change<Row>[]> {
  const byKey = new Map<string, Change<Row>[]>()
  for (const { envelope, data } of events) {
    const change = table[envelope.type]?.({ envelope, data: data as never })
    if (!change) continue
    const ofRow = byKey.get(change.key)
    if (ofRow) ofRow.push(change)
    else byKey.set(change.key, [change])
  }
  return byKey
}

/** Folds all changes of a row at once, so that it is written once. Rows that stay as they were are left out. */
export function foldRows(changes: ReadonlyMap<string, readonly Change<Row>[]>, rows: ReadonlyMap<string, Row>): RowChange[] {
  return [...changes].flatMap(([key, ofRow]) => {
    const old = rows.get(key)
    const row = ofRow.reduce<Row | undefined>((current, { fold }) => fold(current) ?? current, old)
    return row === undefined || row === old ? [] : [{ key, old, row }]
  })
}
