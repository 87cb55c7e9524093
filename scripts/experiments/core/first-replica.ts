import type { Replica } from '../../access/replica.ts'
import type { Workload } from './destination.ts'
import type { Target } from './target.ts'

/** The first replica of a workload, for those that have one by design. @throws when it does not run */
export async function firstReplica(target: Target, workload: Workload): Promise<Replica> {
  const [replica] = await target.replicas(workload)
  if (replica === undefined) throw new Error(`${workload.name} does not run`)
  return replica
}
