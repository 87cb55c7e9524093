import { CommandError, messageOf } from '../../../cli/command-error.ts'
import { exitCodes } from '../../../cli/exit-codes.ts'
import type { Action } from '../action.ts'
import { rollbackStack } from '../rollback-stack.ts'

/** What could not be put back, by its descriptions. */
export class StillBroken extends CommandError {
  override readonly name = 'StillBroken'

  constructor(remains: readonly string[], because?: unknown) {
    super(`${because === undefined ? '' : `${messageOf(because)}; `}still broken: ${remains.join('; ')}`, exitCodes.stillBroken)
  }
}

/**
 * Breaks something, does `meanwhile`, and puts it back on every way out; with `stays` only if it was broken in part.
 * @throws StillBroken when it could not be put back, and why it could not be broken
 */
export async function breakUntil(
  actions: readonly Action[],
  { stays }: { readonly stays: boolean },
  meanwhile: () => Promise<void>,
): Promise<void> {
  const rollbacks = rollbackStack()
  let isWhole = false
  let failure: unknown
  try {
    for (const { description, apply, rollback } of actions) {
      rollbacks.push(description, rollback)
      await apply()
    }
    isWhole = true
    await meanwhile()
  } catch (error) {
    failure = error
  }
  const remains = isWhole && stays ? [] : await rollbacks.unwind()
  if (remains.length > 0) throw new StillBroken(remains, failure)
  if (failure !== undefined) throw failure
}
