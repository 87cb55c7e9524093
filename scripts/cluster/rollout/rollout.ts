import { setTimeout as delay } from 'node:timers/promises'
import { AppsV1Api, BatchV1Api, CoreV1Api, type KubeConfig, type KubernetesObject, type V1Pod } from '@kubernetes/client-node'
import { explainMissingPods, explainTroubles } from './explain-troubles.ts'
import { podTrouble } from './pod-trouble.ts'
import { type Controllers, rolloutState } from './rollout-state.ts'

/** Between two looks at the cluster. */
const lookEveryMs = 500
/** What all objects of the shop carry. */
const labelSelector = 'app.kubernetes.io/part-of=breakwater'

export interface RolloutOptions {
  /** Bound of the whole wait. */
  readonly deadlineMs: number
  /** Gets a line when the picture changes, e.g. `7 of 12 ready, waiting for orders, kafka`. */
  readonly progress: (line: string) => void
  readonly signal: AbortSignal
}

/**
 * Waits until every Deployment, StatefulSet and DaemonSet among `objects` runs its newest template with all replicas ready and every Job is done.
 * @throws ClusterError that says which pods are in trouble, why, and what they said last; at once when waiting cannot mend it
 */
export async function waitForRollout(config: KubeConfig, objects: readonly KubernetesObject[], options: RolloutOptions): Promise<void> {
  const awaited = new Set(objects.map(({ kind, metadata }) => `${kind}/${metadata?.name}`))
  const until = Date.now() + options.deadlineMs
  let shown = ''
  for (;;) {
    const { ready, waiting, owners } = rolloutState(await controllers(config), awaited)
    if (waiting.length === 0) return
    const line = `${ready} of ${ready + waiting.length} ready, waiting for ${waiting.join(', ')}`
    if (line !== shown) options.progress(line)
    shown = line
    const pods = await podsOf(config, owners)
    const final = pods.filter((pod) => podTrouble(pod, [], Date.now())?.final)
    if (final.length > 0) throw await explainTroubles(config, final)
    if (Date.now() > until) {
      if (pods.length > 0) throw await explainTroubles(config, pods)
      throw await explainMissingPods(config, waiting, owners)
    }
    await delay(lookEveryMs, undefined, { signal: options.signal })
  }
}

async function controllers(config: KubeConfig): Promise<Controllers> {
  const apps = config.makeApiClient(AppsV1Api)
  const [deployments, replicaSets, statefulSets, daemonSets, jobs] = await Promise.all([
    apps.listDeploymentForAllNamespaces({ labelSelector }),
    apps.listReplicaSetForAllNamespaces({ labelSelector }),
    apps.listStatefulSetForAllNamespaces({ labelSelector }),
    apps.listDaemonSetForAllNamespaces({ labelSelector }),
    config.makeApiClient(BatchV1Api).listJobForAllNamespaces({ labelSelector }),
  ])
  return {
    deployments: deployments.items,
    replicaSets: replicaSets.items,
    statefulSets: statefulSets.items,
    daemonSets: daemonSets.items,
    jobs: jobs.items,
  }
}

async function podsOf(config: KubeConfig, owners: ReadonlySet<string>): Promise<V1Pod[]> {
  const { items } = await config.makeApiClient(CoreV1Api).listPodForAllNamespaces({ labelSelector })
  return items.filter(
    // A pod that is being removed is no longer anybody's concern.
    ({ metadata }) => !metadata?.deletionTimestamp && metadata?.ownerReferences?.some(({ uid }) => owners.has(uid)),
  )
}
