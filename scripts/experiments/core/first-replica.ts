import type { Replica } from '../../access/replica.ts'
import type { Target } from './target.ts'

/** The first replica of a workload, for those that have one by design. @throws when it does not run */
export async function firstReplica(target: Target, workload: string): Promise<Replica> {
  const [replica] = await target.replicas(workload)
  if (replica === undefined) throw new Error(`${workload} does not run`)
  return replica
}
