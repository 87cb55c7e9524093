import type { WorkloadName } from '../../../services/shared/contracts/topology.ts'
import { type Check, equals } from '../../checks/check.ts'
import { shopWorkload } from './destinations.ts'
import type { ShopTarget } from './shop-target.ts'

/** Whether a replica says that it can do its work; one that does not answer cannot. */
export async function notReady(target: ShopTarget, workloads: readonly WorkloadName[]): Promise<string[]> {
  const replicas = (await Promise.all(workloads.map((name) => target.replicas(shopWorkload(name))))).flat()
  const silent = workloads.filter((name) => !replicas.some(({ workload }) => workload === name))
  const answers = await Promise.all(
    replicas.map(async (replica) => {
      const answer = await target.app(replica, 'app', { method: 'GET', path: '/readyz' }).catch(() => undefined)
      return answer?.status === 200 ? [] : [replica.name]
    }),
  )
  return [...silent, ...answers.flat()].sort()
}

/** The steady state of experiments that break what orders pass through. */
export const allReady = async (target: ShopTarget, workloads: readonly WorkloadName[]): Promise<Check[]> => [
  equals('replicas that are not ready', [], await notReady(target, workloads)),
]
