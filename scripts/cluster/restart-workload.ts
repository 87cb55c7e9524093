import { AppsV1Api, type KubernetesObject, KubernetesObjectApi, PatchStrategy, type V1Deployment } from '@kubernetes/client-node'
import { namespace } from '../../services/shared/contracts/topology.ts'
import { UsageError } from '../cli/command-error.ts'
import { unknown } from '../cli/nearest.ts'
import { fieldManager } from './apply/field-manager.ts'
import { chooseCluster } from './choose-cluster.ts'
import { connect, contexts } from './kubeconfig.ts'

/** The annotation of `kubectl rollout restart`: a pod template that differs is rolled out. */
const restartedAt = 'kubectl.kubernetes.io/restartedAt'

/**
 * `restart <workload> --target cluster`: new pods take the place of the old ones, as the Deployment's strategy says: the new ones are
 * ready first.
 * @returns the Deployments that are rolled out now
 * @throws UsageError when there is no such workload
 */
export async function restartWorkload(env: NodeJS.ProcessEnv, workload: string): Promise<string[]> {
  const config = connect(chooseCluster(env, contexts()))
  const { items } = await config.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace })
  const api = KubernetesObjectApi.makeApiClient(config)
  const restarted = restartsOf(items, workload, new Date())
  for (const patch of restarted) await api.patch(patch, undefined, undefined, fieldManager, undefined, PatchStrategy.StrategicMergePatch)
  return restarted.map(({ metadata }) => metadata?.name ?? '')
}

/**
 * What is merged into each Deployment of a workload: of all its versions that have pods.
 * @throws UsageError naming the workloads there are
 */
export function restartsOf(deployments: readonly V1Deployment[], workload: string, now: Date): KubernetesObject[] {
  const workloadOf = ({ spec }: V1Deployment): string => spec?.template.metadata?.labels?.app ?? ''
  const running = deployments.filter(({ spec }) => spec?.replicas !== 0)
  const chosen = running.filter((deployment) => workloadOf(deployment) === workload)
  if (chosen.length === 0) throw new UsageError(unknown('workload', workload, [...new Set(running.map(workloadOf))].toSorted()))
  const spec = { template: { metadata: { annotations: { [restartedAt]: now.toISOString() } } } }
  return chosen.map(({ metadata }) => {
    const { name = '', namespace = '' } = metadata ?? {}
    return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec }
  })
}
