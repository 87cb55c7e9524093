/** One aggregate as its events left it. */
export interface Aggregate<State> {
  readonly state: State
  /** Number of its events. */
  readonly version: number
}

export type Aggregates<State> = ReadonlyMap<string, Aggregate<State>>
