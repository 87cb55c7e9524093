import { ApiException, AppsV1Api, CoreV1Api, type KubeConfig, type KubernetesObject, KubernetesObjectApi } from '@kubernetes/client-node'
import { namespace } from '../../../services/shared/contracts/topology.ts'
import { applyObjects } from '../../cluster/apply/apply.ts'
import { type DestinationRule, policyVersion, type VirtualService } from '../../cluster/change-policy.ts'
import { waitForRollout } from '../../cluster/rollout/rollout.ts'
import { benchObjects, type Catalog } from './bench-objects.ts'
import type { AccessRule } from './policies-for.ts'

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
  const [broker] = (await core.listPodForAllNamespaces({ labelSelector: 'app=kafka,app.kubernetes.io/part-of=breakwater' })).items
  const objects = benchObjects(await deployedCatalog(config, api), broker?.metadata?.namespace ?? namespace)
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

async function deployedCatalog(config: KubeConfig, api: KubernetesObjectApi): Promise<Catalog> {
  const read = <Kind extends KubernetesObject>(apiVersion: string, kind: string) =>
    api.read<Kind>({ apiVersion, kind, metadata: { name: 'catalog', namespace } }) as Promise<Kind>
  const [deployment, breaker, route, access] = await Promise.all([
    config.makeApiClient(AppsV1Api).readNamespacedDeployment({ name: 'catalog', namespace }),
    read<DestinationRule>(policyVersion, 'DestinationRule'),
    read<VirtualService>(policyVersion, 'VirtualService'),
    read<AccessRule>('security.istio.io/v1', 'AuthorizationPolicy'),
  ])
  return { deployment, policies: { breaker, route, access } }
}

function unlessGone(error: unknown): void {
  if (!(error instanceof ApiException) || error.code !== 404) throw error
}
