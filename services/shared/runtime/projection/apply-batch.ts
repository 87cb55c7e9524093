import type { LogRecord, RecordBatch } from '../kafka/event-log.ts'
import { type DataCheck, type DecodeFailure, decodeRecord, isDecodeFailure, type RecordedEvent } from '../kafka/record.ts'
import type { Database } from './database.ts'
import { lockOffset, storeOffset } from './offsets.ts'
import type { ProjectionTable } from './projection.ts'

/** A batch sorted into what can be applied and what must be put aside. */
export interface ReadBatch {
  readonly events: readonly RecordedEvent[]
  readonly unreadable: readonly { readonly record: LogRecord; readonly failure: DecodeFailure }[]
}

/** Decodes a batch. Events without a projection are left out unread: they are not ours to judge. */
export function readBatch({ records }: RecordBatch, table: ProjectionTable, check: DataCheck): ReadBatch {
  const events: RecordedEvent[] = []
  const unreadable: { record: LogRecord; failure: DecodeFailure }[] = []
  for (const record of records) {
    const type = record.headers.type?.toString()
    if (type !== undefined && isOfAnotherKind(type, table)) continue
    const decoded = decodeRecord(record)
    const failure = isDecodeFailure(decoded) ? decoded : check(decoded.envelope.type, decoded.data)
    if (failure) unreadable.push({ record, failure })
    else if (!isDecodeFailure(decoded)) events.push(decoded)
  }
  return { events, unreadable }
}

/** A well-formed type name that the table does not have. Anything else is garbage and has to be looked at. */
const isOfAnotherKind = (type: string, table: ProjectionTable): boolean =>
  !Object.hasOwn(table, type) && /^[a-z-]+\.[A-Z][A-Za-z]*$/.test(type)

/** Applies a batch's events and its end in one transaction; those that were applied before are passed over. */
export async function applyBatch(
  batch: RecordBatch,
  events: readonly RecordedEvent[],
  table: ProjectionTable,
  database: Database,
): Promise<void> {
  await database.transaction(async (queries) => {
    const next = await lockOffset(batch, queries)
    if (batch.nextOffset <= next) return
    for (const { envelope, data, offset } of events) {
      if (offset >= next) await table[envelope.type]?.({ envelope, data: data as never }, queries)
    }
    await storeOffset(batch, batch.nextOffset, queries)
  })
}
