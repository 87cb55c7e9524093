import { control } from '../../../local/control.ts'
import { restartInTurn } from '../../../local/restart-in-turn.ts'
import { brokerName, heldIn, type LocalState } from '../../../local/state.ts'
import type { OrphanedFault, Target } from '../../core/target.ts'
import type { ShopTarget } from '../shop-target.ts'

export interface LocalReplicas
  extends Required<Pick<Target, 'kill' | 'pause' | 'resume' | 'restart'>>,
    Pick<ShopTarget, 'killBroker' | 'resumeBroker'> {
  /** What a killed run has paused or holds dead, the broker included. */
  held(): Promise<OrphanedFault[]>
}

/**
 * What the supervisor of the laptop does to replicas and the broker.
 * @param state what it has written last
 */
export function localReplicas(state: () => Promise<LocalState>): LocalReplicas {
  const supervisor = async () => control(await state())
  return {
    kill: async ({ name }, options) => (await supervisor()).kill(name, options),
    pause: async ({ name }) => (await supervisor()).pause(name),
    resume: async ({ name }) => (await supervisor()).resume(name),
    restart: async ({ name }) => void (await restartInTurn(await supervisor(), name, { signal: new AbortController().signal })),
    killBroker: async (options) => (await supervisor()).kill(brokerName, options),
    resumeBroker: async () => (await supervisor()).resume(brokerName),
    held: async () =>
      heldIn(await state()).map(({ name, status }) => ({
        description: `${name}, which is ${status}`,
        replica: name,
        remove: async () => (await supervisor()).resume(name),
      })),
  }
}
