import { ApiException, AppsV1Api, CoreV1Api, type KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node'
import { namespace } from '../../../services/shared/contracts/topology.ts'
import { applyObjects } from '../../cluster/apply.ts'
import { waitForRollout } from '../../cluster/rollout.ts'
import { benchObjects } from './bench-objects.ts'

const readyWithinMs = 180_000

/** The pods that are measured beside the shop's. */
export interface BenchPods {
  /** Name of the pod that serves under this `app` label. */
  podOf(inNamespace: string, app: string): Promise<string>
  remove(): Promise<void>
}

/** @throws ClusterError when the shop is not deployed, or a pod does not get ready; nothing stays then */
export async function startBenchPods(
  config: KubeConfig,
  { progress, signal }: { progress: (line: string) => void; signal: AbortSignal },
): Promise<BenchPods> {
  const core = config.makeApiClient(CoreV1Api)
  const api = KubernetesObjectApi.makeApiClient(config)
  const catalog = await config.makeApiClient(AppsV1Api).readNamespacedDeployment({ name: 'catalog', namespace })
  const [broker] = (await core.listPodForAllNamespaces({ labelSelector: 'app=kafka,app.kubernetes.io/part-of=breakwater' })).items
  const objects = benchObjects(catalog, broker?.metadata?.namespace ?? namespace)
  const remove = async () => {
    for (const object of objects.toReversed()) {
      await api.delete(object, undefined, undefined, undefined, undefined, 'Background').catch(unlessGone)
    }
  }
  try {
    await applyObjects(api, objects.slice(0, 1))
    await applyObjects(api, objects.slice(1))
    await waitForRollout(config, objects, { deadlineMs: readyWithinMs, progress, signal })
  } catch (error) {
    await remove()
    throw error
  }
  return {
    podOf: async (inNamespace, app) => {
      const { items } = await core.listNamespacedPod({ namespace: inNamespace, labelSelector: `app=${app}` })
      const pod = items.find(({ metadata }) => !metadata?.deletionTimestamp)?.metadata?.name
      if (pod === undefined) throw new Error(`${app} is gone`)
      return pod
    },
    remove,
  }
}

function unlessGone(error: unknown): void {
  if (!(error instanceof ApiException) || error.code !== 404) throw error
}
