/** One command of the choreography: what leads to it, and what it may lead to. */
export interface SagaStep {
  readonly service: string
  readonly command: string
  /** Event types, `request` (somebody outside asks for it) or `timer` (the aggregate's own). */
  readonly because: readonly string[]
  /** Event types that it may cause. */
  readonly causes: readonly string[]
  /** Codes that it may be refused with. */
  readonly refusals: readonly string[]
}
