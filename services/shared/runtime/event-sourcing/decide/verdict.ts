import type { DomainEvent } from '../decider.ts'

/** A command that cannot be decided, now or later: it is quarantined under this code. */
export interface Rejected {
  readonly kind: 'rejected'
  readonly code: string
  readonly detail: string
}

/** A command that was answered lately and has come again: that answer holds. */
export interface Repeated {
  readonly kind: 'repeated'
  /** `topic/partition/offset` of the first record of the answer. */
  readonly answer: string
}

/** What becomes of one command. */
export type Verdict<State, Event extends DomainEvent> =
  /** The events are at least one; the state is that after all of them. */
  | { readonly kind: 'changed'; readonly events: readonly Event[]; readonly state: State }
  | { readonly kind: 'unchanged' }
  | Repeated
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string }
  | Rejected

export const rejected = (code: string, detail: string): Rejected => ({ kind: 'rejected', code, detail })
export const refused = (code: string, detail: string) => ({ kind: 'refused', code, detail }) as const
export const unchanged = { kind: 'unchanged' } as const
