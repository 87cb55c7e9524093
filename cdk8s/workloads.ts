import { firstVersion, type Store } from '../services/shared/contracts/deployment.ts'
import { type WorkloadName, workload, workloadNames } from '../services/shared/contracts/topology.ts'
import type { ClusterSettings, Settings } from './settings/settings.ts'

/** Labels of a workload's pods: Services select by `app`, subsets by `version`. */
export const podLabels = (workload: WorkloadName, version: string = firstVersion) => ({ app: workload, version })

const isDeployed: Readonly<Record<ReturnType<typeof workload>['role'], (cluster?: ClusterSettings) => boolean>> = {
  shop: () => true,
  experiment: (cluster) => cluster?.chaosTools ?? true,
  'stand-in': (cluster) => cluster?.tokenIssuer === undefined,
}

/** The workloads that a target runs; the laptop is for experiments too. */
export const deployedWorkloads = (cluster?: ClusterSettings): WorkloadName[] =>
  workloadNames.filter((name) => isDeployed[workload(name).role](cluster))

/** Of these, whom `name` calls. */
export const destinationsOf = (name: WorkloadName, cluster?: ClusterSettings): readonly string[] =>
  workload(name).calls.filter((destination) => deployedWorkloads(cluster).some((deployed) => deployed === destination))

/** Of these, who calls `destination`. */
export const callersOf = (destination: WorkloadName, cluster?: ClusterSettings): WorkloadName[] =>
  deployedWorkloads(cluster).filter((name) => workload(name).calls.includes(destination))

/** How many pods of a workload's first version run: an autoscaler moves between the two. */
export interface Replicas {
  readonly least: number
  readonly most: number
}

/** Experiments count on the replicas that topology gives them, and what stands in for a provider need not outlive a node. */
export function replicasOf(name: WorkloadName, { cluster }: Settings): Replicas {
  const { role, replicas } = workload(name)
  if (role !== 'shop') return { least: replicas, most: replicas }
  const least = Math.max(replicas, cluster?.minReplicas ?? 1)
  return { least, most: Math.max(least, cluster?.autoscaling?.maxReplicas ?? least) }
}

/** The data stores that a workload's process connects to; Redis only where a cluster has one. */
export function storesOf(name: WorkloadName, cluster?: ClusterSettings): Store[] {
  const { eventSourced, subscribesTo, database } = workload(name)
  return [
    ...(eventSourced || subscribesTo.length > 0 ? ['kafka' as const] : []),
    ...(database ? ['postgres' as const] : []),
    ...(name === 'gateway' && hasRedis(cluster) ? ['redis' as const] : []),
  ]
}

/** Whether there is something that counts the requests of all replicas of the gateway. */
const hasRedis = (cluster: ClusterSettings | undefined): boolean =>
  cluster !== undefined && (cluster.redis !== undefined || cluster.externalStores.some(({ kind }) => kind === 'redis'))
