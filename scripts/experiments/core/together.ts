import { messageOf } from '../../cli/command-error.ts'
import type { Action } from './action.ts'

/** Several actions as one: applied in order and rolled back in reverse, each also when the rollback of another fails. */
export const together = (description: string, actions: readonly Action[]): Action => ({
  description,
  apply: async () => {
    for (const { apply } of actions) await apply()
  },
  rollback: async () => {
    const failed: string[] = []
    for (const { rollback } of actions.toReversed()) await rollback().catch((error: unknown) => failed.push(messageOf(error)))
    if (failed.length > 0) throw new Error(failed.join('; '))
  },
})
