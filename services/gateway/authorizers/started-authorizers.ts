import type { Authorizer } from '../access/authorizer.ts'

/** Authorizers as a process has them: none where nothing is configured. */
export interface StartedAuthorizers {
  readonly authorizers: readonly Authorizer[]
  close(): Promise<void>
}
