/** Puts one thing back as it was. Safe to call twice. */
export type Rollback = () => Promise<void>

/** Something that will be broken or added, and how it is put back. Making it changes nothing. */
export interface Action {
  /** What stays behind when it cannot be put back. */
  readonly description: string
  /** Known before `apply` is called, so that one which fails half-way is rolled back as well: also right when nothing was done. */
  readonly rollback: Rollback
  /** Breaks it; returns when the change is in force. */
  apply(): Promise<void>
}

/** There is nothing to change. */
export const nothingToDo: Action = { description: 'nothing', apply: async () => {}, rollback: async () => {} }
