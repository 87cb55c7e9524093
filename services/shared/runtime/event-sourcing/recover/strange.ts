/** Why a record of our own events cannot be folded. */
export interface Strange {
  readonly code: string
  readonly detail: string
}
