import type { V1DaemonSet, V1Deployment, V1Job, V1ObjectMeta, V1ReplicaSet, V1StatefulSet } from '@kubernetes/client-node'

/** What the API server says of everything that runs pods of ours. */
export interface Controllers {
  readonly deployments: readonly V1Deployment[]
  readonly replicaSets: readonly V1ReplicaSet[]
  readonly statefulSets: readonly V1StatefulSet[]
  readonly daemonSets: readonly V1DaemonSet[]
  readonly jobs: readonly V1Job[]
}

export interface RolloutState {
  readonly ready: number
  /** Names of those that are not ready with their newest template. */
  readonly waiting: readonly string[]
  /** The uids that own pods of a newest template: what a pod of an older one suffers from no longer matters. */
  readonly owners: ReadonlySet<string>
}

const revision = 'deployment.kubernetes.io/revision'

/** @param awaited `Kind/name` of those to look at */
export function rolloutState(
  { deployments, replicaSets, statefulSets, daemonSets, jobs }: Controllers,
  awaited: ReadonlySet<string>,
): RolloutState {
  const states = [
    ...deployments.map((deployment) => ({
      key: `Deployment/${deployment.metadata?.name}`,
      done: deploymentDone(deployment),
      owner: newestReplicaSet(deployment, replicaSets)?.metadata?.uid,
    })),
    ...statefulSets.map((set) => ({ key: `StatefulSet/${set.metadata?.name}`, done: statefulSetDone(set), owner: set.metadata?.uid })),
    ...daemonSets.map((set) => ({ key: `DaemonSet/${set.metadata?.name}`, done: daemonSetDone(set), owner: set.metadata?.uid })),
    ...jobs.map(({ metadata, status }) => ({ key: `Job/${metadata?.name}`, done: (status?.succeeded ?? 0) > 0, owner: metadata?.uid })),
  ].filter(({ key }) => awaited.has(key))
  return {
    ready: states.filter(({ done }) => done).length,
    waiting: states.filter(({ done }) => !done).map(({ key }) => key.slice(key.indexOf('/') + 1)),
    owners: new Set(states.flatMap(({ done, owner }) => (!done && owner ? [owner] : []))),
  }
}

/** The API server leaves out counts that are zero. */
const deploymentDone = ({ metadata, spec, status }: V1Deployment): boolean =>
  observed(metadata, status) &&
  [status?.updatedReplicas, status?.availableReplicas, status?.replicas].every((count) => (count ?? 0) === spec?.replicas)

const statefulSetDone = ({ metadata, spec, status }: V1StatefulSet): boolean =>
  observed(metadata, status) && [status?.updatedReplicas, status?.readyReplicas].every((count) => (count ?? 0) === spec?.replicas)

/** One pod on each node that may have one. */
const daemonSetDone = ({ metadata, status }: V1DaemonSet): boolean =>
  observed(metadata, status) &&
  [status?.updatedNumberScheduled, status?.numberReady].every((count) => (count ?? 0) === status?.desiredNumberScheduled)

/** The controller has seen the newest template; before, its counts are those of the old one. */
const observed = (metadata?: V1ObjectMeta, status?: { observedGeneration?: number }): boolean =>
  (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0)

function newestReplicaSet(deployment: V1Deployment, replicaSets: readonly V1ReplicaSet[]): V1ReplicaSet | undefined {
  if (!observed(deployment.metadata, deployment.status)) return undefined
  const newest = deployment.metadata?.annotations?.[revision]
  return replicaSets.find(
    ({ metadata }) =>
      metadata?.annotations?.[revision] === newest && metadata?.ownerReferences?.some(({ uid }) => uid === deployment.metadata?.uid),
  )
}
