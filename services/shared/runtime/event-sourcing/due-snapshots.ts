import type { Command, Fact } from '../decider.ts'
import type { OutgoingRecord } from '../kafka/event-log.ts'
import { recordBytes } from '../kafka/to-topic-messages.ts'
import type { Aggregates } from './aggregates.ts'
import type { Rules } from './decide-command.ts'
import type { Memory } from './memory.ts'
import { maxSnapshotBytes, snapshotRecord, tombstone } from './snapshot-record.ts'

/** Snapshots of one transaction, together; what is left over is for the next one. */
const maxBytes = 512 * 1024
const maxSnapshots = 200

/** What goes into a transaction beside its events. */
export interface DueSnapshots {
  readonly records: readonly OutgoingRecord[]
  readonly saved: ReadonlySet<string>
  /** Aggregates whose snapshot would be too large for Kafka. */
  readonly tooLarge: readonly string[]
}

/**
 * The aggregates that have been without a snapshot for `interval` records of the partition get one, as they are after the transaction.
 * So a new owner reads at most about that many events, and each aggregate is written at most once in as many.
 * An undecidable aggregate gets none: its events must be read again by a release that understands them.
 * @param changed what the transaction changes
 * @param commandsOffset of the next command after it
 * @param skip aggregates that were too large before
 */
export function dueSnapshots<State, C extends Command, Event extends Fact>(
  { service, decider }: Rules<State, C, Event>,
  partition: number,
  { aggregates, unsaved, eventsOffset }: Memory<State>,
  { changed, commandsOffset, interval, skip }: SnapshotTerms<State>,
): DueSnapshots {
  const format = decider.snapshot
  if (!format) return { records: [], saved: new Set(), tooLarge: [] }
  const saved = new Set<string>()
  const tooLarge: string[] = []
  const records: OutgoingRecord[] = []
  let left: number | undefined
  let bytes = 0
  const entries = unsaved.entries()
  for (let entry = entries.next(); !entry.done && saved.size < maxSnapshots; ) {
    const [id, offset] = entry.value
    if (offset > eventsOffset - interval) break
    entry = entries.next()
    const aggregate = changed.get(id) ?? aggregates.get(id)
    if (aggregate?.undecidable || skip.has(id)) {
      left ??= offset
      continue
    }
    // The offsets of this transaction's own records are not known yet: they do not lie before `eventsOffset`.
    const recoverFrom = left ?? (entry.done ? eventsOffset : entry.value[1])
    const record = aggregate
      ? snapshotRecord(service, partition, format, id, aggregate, { commandsOffset, recoverFrom })
      : tombstone(service, partition, id)
    const size = recordBytes(record)
    if (size > maxSnapshotBytes) {
      tooLarge.push(id)
      left ??= offset
      continue
    }
    // A large one goes first, or alone.
    if (bytes > 0 && bytes + size > maxBytes) break
    bytes += size
    saved.add(id)
    records.push(record)
  }
  return { records, saved, tooLarge }
}

interface SnapshotTerms<State> {
  readonly changed: Aggregates<State>
  readonly commandsOffset: number
  readonly interval: number
  readonly skip: ReadonlySet<string>
}
