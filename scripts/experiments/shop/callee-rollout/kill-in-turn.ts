import { poll } from '../../../checks/poll.ts'
import type { Action } from '../../core/action.ts'
import { shopWorkload } from '../destinations.ts'
import { incarnation } from '../incarnation.ts'
import { notReady } from '../ready.ts'
import type { ShopTarget } from '../shop-target.ts'

/** A process starts within seconds; on a slow machine it may take longer. */
const back = { timeoutMs: 60_000, everyMs: 100 }

/** Kills the replicas of catalog one after another, each when the one before has a successor: a rollout without manners. */
export const killInTurn = (target: ShopTarget): Action => {
  const catalog = shopWorkload('catalog')
  const { crash = target.kill } = target
  const processes = async () => Promise.all((await target.replicas(catalog)).map((replica) => incarnation(target, replica)))
  return {
    description: 'catalog, killed one replica after another',
    apply: async () => {
      for (const replica of await target.replicas(catalog)) {
        const before = await processes()
        const killed = await incarnation(target, replica)
        await crash(replica)
        const isReplaced = (now: readonly (string | undefined)[]) =>
          now.length === before.length && now.every((one) => one !== undefined && one !== killed)
        if (
          !isReplaced(await poll(processes, isReplaced, back)) ||
          (await poll(() => notReady(target, ['catalog']), isEmpty, back)).length > 0
        )
          throw new Error(`${replica.name} has no successor ${back.timeoutMs / 1000} s after it was killed`)
      }
    },
    rollback: async () => {},
  }
}

const isEmpty = (names: readonly string[]): boolean => names.length === 0
