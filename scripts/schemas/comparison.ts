/** What is recorded, held against what the code says now. */
export interface Comparison {
  /** Messages that were written before, or readers of them, would break. */
  readonly breaking: readonly string[]
  /** New or compatibly changed, and not recorded yet. */
  readonly unrecorded: readonly string[]
}
