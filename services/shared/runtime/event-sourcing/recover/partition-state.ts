import type { LogRecord } from '../../kafka/event-log.ts'
import type { Parking } from '../quarantine/quarantine.ts'

/** Why a record of our own events cannot be folded. */
export interface Strange {
  readonly code: string
  readonly detail: string
}

/** One aggregate as its events left it. */
export interface Aggregate<State> {
  readonly state: State
  /** Number of its events. */
  readonly version: number
  /** Its commands that were put aside, if there ever were any. */
  readonly parking?: Parking
  /** Its next event cannot be understood: the state is that before it, and nothing can be decided. */
  readonly undecidable?: Strange
}

export type Aggregates<State> = ReadonlyMap<string, Aggregate<State>>

/** A record of our own events topic that cannot be understood, on its way to the dead letters. */
export interface StrangeRecord {
  readonly record: LogRecord
  readonly why: Strange
}

/** What is known of a partition: enough to go on deciding. Rebuilt from `<service>.events[p]`, and ahead of nobody. */
export interface Memory<State> {
  readonly aggregates: Map<string, Aggregate<State>>
  /** Next record of the events partition to fold. */
  eventsOffset: number
  /** Next command to decide: past the last source offset found in the events. */
  commandsOffset: number
  /** Aggregates that changed since their snapshot → offset of the first record that it lacks (or a little before), ascending. */
  readonly unsaved: Map<string, number>
  /** Aggregates with a large snapshot → its bytes, about. */
  readonly snapshotBytes: Map<string, number>
  /** Aggregates from snapshots → the first command that is not in it. */
  readonly covered: Map<string, number>
  /** By offset: those for which no later record says that they are parked. */
  readonly strange: Map<number, StrangeRecord>
}

export const emptyMemory = <State>(): Memory<State> => ({
  aggregates: new Map(),
  eventsOffset: 0,
  commandsOffset: 0,
  unsaved: new Map(),
  snapshotBytes: new Map(),
  covered: new Map(),
  strange: new Map(),
})

/** Notes that the aggregate's snapshot, if it has one, lacks what lies at `offset`. */
export function noteUnsaved({ unsaved }: Memory<unknown>, aggregateId: string, offset: number): void {
  if (!unsaved.has(aggregateId)) unsaved.set(aggregateId, offset)
}

/** A snapshot that is parsed once and not made at every occasion. There may be very many smaller ones. */
export const isLarge = (bytes: number): boolean => bytes >= 256 * 1024

/** Notes how large the aggregate's snapshot is. */
export function noteSnapshotBytes({ snapshotBytes }: Memory<unknown>, aggregateId: string, bytes: number): void {
  if (isLarge(bytes)) snapshotBytes.set(aggregateId, bytes)
  else snapshotBytes.delete(aggregateId)
}
