import { poll } from '../../../checks/poll.ts'
import { control } from '../../../local/control.ts'
import { heldIn, type LocalState, type ReplicaState } from '../../../local/state.ts'
import type { OrphanedFault, Target } from '../../core/target.ts'

/** A service loads and replays its log. */
const ready = { timeoutMs: 60_000, everyMs: 100 }

/**
 * What the supervisor of the laptop does to replicas.
 * @param state what it has written last
 */
export function localReplicas(state: () => Promise<LocalState>): Required<Pick<Target, 'kill' | 'freeze' | 'restart'>> {
  const supervisor = async () => control(await state())
  const restartOne = async ({ name, restarts }: ReplicaState): Promise<void> => {
    await (await supervisor()).restart(name)
    const now = async () => (await state()).replicas.find((replica) => replica.name === name)
    const isBack = (replica?: ReplicaState) => replica !== undefined && replica.restarts > restarts && replica.status === 'ready'
    if (!isBack(await poll(now, isBack, ready))) throw new Error(`${name} is not ready again after ${ready.timeoutMs / 1000} s`)
  }
  return {
    kill: async ({ name }) => (await supervisor()).signal(name, 'SIGKILL'),
    freeze: {
      pause: async ({ name }) => (await supervisor()).signal(name, 'SIGSTOP'),
      resume: async ({ name }) => (await supervisor()).signal(name, 'SIGCONT'),
    },
    restart: async ({ name }) => {
      for (const replica of (await state()).replicas.filter(({ workload }) => workload === name)) await restartOne(replica)
    },
  }
}

/** What somebody has paused or held down, the broker included, and not let go again. */
export const heldReplicas = (state: LocalState): OrphanedFault[] =>
  heldIn(state).map(({ name, status }) => ({ description: `${name} ${status}`, replica: name, remove: () => control(state).resume(name) }))
