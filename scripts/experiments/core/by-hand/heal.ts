import { messageOf } from '../../../cli/command-error.ts'
import { orphanedFaults } from '../orphaned-faults.ts'
import type { Target } from '../target.ts'
import { StillBroken } from './break-until.ts'

/**
 * Takes away what was broken by hand and what killed runs left: everything, or what is in one replica.
 * @returns descriptions of what was taken away
 * @throws StillBroken, when all else is healed
 */
export async function heal(target: Target, replica: string | undefined): Promise<readonly string[]> {
  const found = (await orphanedFaults(target)).filter((fault) => replica === undefined || fault.replica === replica)
  const healed: string[] = []
  const remains: string[] = []
  for (const { description, remove } of found) {
    try {
      await remove()
      healed.push(description)
    } catch (error) {
      remains.push(`${description}: ${messageOf(error)}`)
    }
  }
  if (remains.length > 0) throw new StillBroken(remains)
  return healed
}
