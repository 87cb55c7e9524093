import { recordBytes } from '../../kafka/client/kafkajs-messages.ts'
import type { OutgoingRecord } from '../../kafka/event-log.ts'
import type { Rules } from '../decide/rules.ts'
import type { Command, DomainEvent } from '../decider.ts'
import type { Aggregates, PartitionState } from './partition-state.ts'
import { snapshotRecords, tombstone } from './snapshot-record.ts'

/** Snapshots of one transaction, together; what is left over is for the next one. A larger one goes alone. */
const maxBytes = 512 * 1024
const maxSnapshots = 200

/**
 * A snapshot of so many bytes is made anew after one record more: about what an event takes, so that snapshots at most double what is
 * written, and a new owner reads no more events than it reads of snapshots.
 */
const bytesPerRecord = 1024

/** What goes into a transaction beside its events. */
export interface DueSnapshots {
  readonly records: readonly OutgoingRecord[]
  /** Aggregate id → bytes of its snapshot. */
  readonly saved: ReadonlyMap<string, number>
}

interface SnapshotTerms<State> {
  readonly changed: Aggregates<State>
  readonly commandsOffset: number
  readonly interval: number
}

/** How many records of the partition an aggregate is without a snapshot before it gets one. */
export const snapshotIntervalOf = (interval: number, snapshotBytes: number): number => Math.max(interval, snapshotBytes / bytesPerRecord)

/**
 * The aggregates that have been without a snapshot for `interval` records of the partition get one, as they are after the transaction;
 * large ones wait longer. So a new owner reads at most about that many events, and each aggregate is written at most once in as many.
 * An undecidable aggregate gets none: its events must be read again by a release that understands them.
 * @param changed what the transaction changes
 * @param commandsOffset of the next command after it
 */
export function dueSnapshots<State, C extends Command, Event extends DomainEvent>(
  { service, decider }: Rules<State, C, Event>,
  partition: number,
  { aggregates, dirty, snapshotBytes, eventsOffset }: PartitionState<State>,
  { changed, commandsOffset, interval }: SnapshotTerms<State>,
): DueSnapshots {
  const format = decider.snapshot
  if (!format) return { records: [], saved: new Map() }
  const saved = new Map<string, number>()
  const records: OutgoingRecord[] = []
  let left: number | undefined
  let bytes = 0
  const entries = dirty.entries()
  for (let entry = entries.next(); !entry.done && saved.size < maxSnapshots; ) {
    const [id, offset] = entry.value
    if (offset > eventsOffset - interval) break
    entry = entries.next()
    const aggregate = changed.get(id) ?? aggregates.get(id)
    if (aggregate?.undecidable || offset > eventsOffset - snapshotIntervalOf(interval, snapshotBytes.get(id) ?? 0)) {
      left ??= offset
      continue
    }
    // The offsets of this transaction's own records are not known yet: they do not lie before `eventsOffset`.
    const recoverFrom = left ?? (entry.done ? eventsOffset : entry.value[1])
    const parts = aggregate
      ? snapshotRecords(service, partition, format, id, aggregate, { commandsOffset, recoverFrom })
      : [tombstone(service, partition, id)]
    const size = parts.reduce((sum, part) => sum + recordBytes(part), 0)
    if (bytes > 0 && bytes + size > maxBytes) break
    bytes += size
    saved.set(id, size)
    records.push(...parts)
  }
  return { records, saved }
}
