import type { Replica } from '../../access/replica.ts'
import type { Action } from './action.ts'
import type { Workload } from './destination.ts'
import { delayRequests } from './http-fault.ts'
import type { Target } from './target.ts'

/**
 * Kills the replica. Whoever keeps it running starts another one; with `hold` it stays dead until this is rolled back.
 * @throws (from `apply`, for `hold`) in a cluster, where nobody can
 */
export const killReplica = (target: Target, replica: Replica, { hold = false } = {}): Action => ({
  description: hold ? `${replica.name}, held dead` : `${replica.name}, killed`,
  apply: () => target.kill(replica, { hold }),
  rollback: () => target.resume(replica),
})

/**
 * The replica takes requests and answers none. Where nobody can stop its process, its proxy keeps every request for `beyondMs`.
 * @param beyondMs longer than any time-out of its callers
 */
export function pauseReplica(target: Target, replica: Replica, { beyondMs }: { readonly beyondMs: number }): Action {
  const { pause } = target
  if (pause === undefined) return delayRequests(target, replica, { ms: beyondMs })
  return { description: `${replica.name}, paused`, apply: () => pause(replica), rollback: () => target.resume(replica) }
}

/** Ends and starts the workload's replicas one after another; in force when all are ready again, so there is nothing to roll back. */
export const rollingRestart = (target: Target, workload: Workload): Action => ({
  description: `${workload.name}, restarting`,
  apply: () => target.restart(workload),
  rollback: async () => {},
})
