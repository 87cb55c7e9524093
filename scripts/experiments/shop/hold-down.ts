import type { Replica } from '../../access/replica.ts'
import type { Action } from '../core/action.ts'
import type { Workload } from '../core/destination.ts'
import type { Target } from '../core/target.ts'

/**
 * All replicas of a workload do nothing until this is rolled back: held dead on the laptop. A cluster starts a killed pod again, so there
 * they are stopped where they are.
 */
export const holdDown = (target: Target, workload: Workload): Promise<Action> =>
  target.name === 'local'
    ? all(target, workload, 'held dead', (replica) => target.kill(replica, { hold: true }))
    : stopInPlace(target, workload)

/**
 * All replicas of a workload stop where they are until this is rolled back: they keep their connections, and answer nobody.
 * @throws (from `apply`) where nobody can do that
 */
export const stopInPlace = (target: Target, workload: Workload): Promise<Action> => all(target, workload, 'stopped', target.pause)

async function all(
  target: Target,
  workload: Workload,
  how: string,
  act: ((replica: Replica) => Promise<void>) | undefined,
): Promise<Action> {
  const replicas = await target.replicas(workload)
  return {
    description: `${workload.name}, ${how}`,
    apply: async () => {
      if (replicas.length === 0) throw new Error(`${workload.name} does not run`)
      if (act === undefined) throw new Error(`nobody can stop the processes of ${workload.name} in this cluster`)
      await Promise.all(replicas.map(act))
    },
    rollback: async () => void (await Promise.all(replicas.map(target.resume))),
  }
}
