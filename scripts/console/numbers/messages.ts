import type { Invariant, RateSeries, Totals } from './tally.ts'

/** Commands of a service that it has not answered yet. */
export interface Backlog {
  readonly service: string
  readonly commands: number
}

export interface NumbersMessage {
  readonly atMs: number
  /** Orders placed before are not counted; 0 when the whole log is. */
  readonly sinceMs: number
  readonly totals: Totals
  readonly invariants: readonly Invariant[]
  readonly rates: RateSeries
  readonly backlogs: readonly Backlog[]
  /** Records of events, and how many of them have been read. */
  readonly records: { readonly read: number; readonly of: number }
}
