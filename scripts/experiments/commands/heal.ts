import { UsageError } from '../../cli/command-error.ts'
import { unknown } from '../../cli/nearest.ts'
import { printJson, type TargetName } from '../../cli/options.ts'
import { heal } from '../core/by-hand/heal.ts'
import { openTarget } from './open-target.ts'

/**
 * `heal [replica]`: takes away what `break --keep` and killed runs left.
 * @throws UsageError, NoShop, AnotherRun before anything is touched; StillBroken
 */
export async function healByHand(
  name: string | undefined,
  { target: where, json }: { readonly target: TargetName; readonly json: boolean },
): Promise<void> {
  const target = await openTarget(where)
  try {
    const known = (await target.proxies()).map((replica) => replica.name)
    if (name !== undefined && !known.includes(name)) throw new UsageError(unknown('replica', name, known))
    const lock = await target.lock()
    try {
      const healed = await heal(target, name)
      if (json) printJson({ healed })
      else process.stdout.write(healed.length === 0 ? 'nothing was broken\n' : healed.map((one) => `healed: ${one}\n`).join(''))
    } finally {
      await lock.release()
    }
  } finally {
    await target.close()
  }
}
