import type { Rollback } from './target.ts'

/** Something that will be broken, and how it is put back. Making it changes nothing. */
export interface Action {
  /** Known before `apply` is called, so that one which fails half-way is rolled back as well: also right when nothing was done. */
  readonly rollback: Rollback
  /** Breaks it; returns when the change is in force. */
  apply(): Promise<void>
}

/** There is nothing to change. */
export const nothingToDo: Action = { apply: async () => {}, rollback: async () => {} }
