import type { LogRecord } from '../../kafka/event-log.ts'
import type { Quarantine } from '../quarantine/quarantine.ts'
import { type AnsweredCommands, answeredCommands, type IdempotencyWindow } from './answered-commands.ts'

/** Why a record of our own events cannot be folded. */
export interface Corruption {
  readonly code: string
  readonly detail: string
}

/** One aggregate as its events left it. */
export interface Aggregate<State> {
  readonly state: State
  /** Number of its events. */
  readonly version: number
  /** Its commands that were quarantined, if there ever were any. */
  readonly quarantine?: Quarantine
  /** Its next event cannot be understood: the state is that before it, and nothing can be decided. */
  readonly undecidable?: Corruption
}

export type Aggregates<State> = ReadonlyMap<string, Aggregate<State>>

/** A record of our own events topic that cannot be understood, on its way to the dead letters. */
export interface CorruptEvent {
  readonly record: LogRecord
  readonly why: Corruption
}

/** What is known of a partition: enough to go on deciding. Rebuilt from `<service>.events[p]`, and ahead of nobody. */
export interface PartitionState<State> {
  readonly aggregates: Map<string, Aggregate<State>>
  /** Next record of the events partition to fold. */
  eventsOffset: number
  /** Next command to decide: past the last source offset found in the events. */
  commandsOffset: number
  /** Aggregates that changed since their snapshot → offset of the first record that it lacks (or a little before), ascending. */
  readonly dirty: Map<string, number>
  /** Aggregates with a large snapshot → its bytes, about. */
  readonly snapshotBytes: Map<string, number>
  /** Aggregates from snapshots → the first command that is not in it. */
  readonly snapshotCoverage: Map<string, number>
  /** By offset: those for which no later record says that they are parked. */
  readonly corruptEvents: Map<number, CorruptEvent>
  /** What commands were answered lately; left out where nobody asks. */
  readonly answered?: AnsweredCommands
}

export const emptyPartitionState = <State>(window?: IdempotencyWindow): PartitionState<State> => ({
  aggregates: new Map(),
  eventsOffset: 0,
  commandsOffset: 0,
  dirty: new Map(),
  snapshotBytes: new Map(),
  snapshotCoverage: new Map(),
  corruptEvents: new Map(),
  ...(window && { answered: answeredCommands(window) }),
})

/** Notes that the aggregate's snapshot, if it has one, lacks what lies at `offset`. */
export function markDirty({ dirty }: PartitionState<unknown>, aggregateId: string, offset: number): void {
  if (!dirty.has(aggregateId)) dirty.set(aggregateId, offset)
}

/** A snapshot that is parsed once and not made at every occasion. There may be very many smaller ones. */
export const isLarge = (bytes: number): boolean => bytes >= 256 * 1024

/** Notes how large the aggregate's snapshot is. */
export function noteSnapshotBytes({ snapshotBytes }: PartitionState<unknown>, aggregateId: string, bytes: number): void {
  if (isLarge(bytes)) snapshotBytes.set(aggregateId, bytes)
  else snapshotBytes.delete(aggregateId)
}
