import type { Parking } from '../quarantine/quarantine.ts'
import type { Strange } from './strange.ts'

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
