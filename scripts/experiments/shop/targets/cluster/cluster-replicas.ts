import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  type KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  type V1Deployment,
} from '@kubernetes/client-node'
import { poll } from '../../../../checks/poll.ts'
import { fieldManager } from '../../../../cluster/apply/field-manager.ts'
import { restartsOf } from '../../../../cluster/restart-workload.ts'
import type { Target } from '../../../core/target.ts'

const rolledOut = { timeoutMs: 180_000, everyMs: 500 }

/** What the API server does to pods. */
export function clusterReplicas(config: KubeConfig): Pick<Target, 'kill' | 'restart'> {
  const [core, apps] = [config.makeApiClient(CoreV1Api), config.makeApiClient(AppsV1Api)]
  const objects = KubernetesObjectApi.makeApiClient(config)
  return {
    kill: async ({ namespace, name }) => {
      await core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 }).catch((error: unknown) => {
        if (!(error instanceof ApiException && error.code === 404)) throw error
      })
    },
    restart: async ({ namespace, name }) => {
      const { items } = await apps.listNamespacedDeployment({ namespace })
      const restarted = restartsOf(items, name, new Date())
      for (const patch of restarted)
        await objects.patch(patch, undefined, undefined, fieldManager, undefined, PatchStrategy.StrategicMergePatch)
      for (const { metadata } of restarted) {
        const read = () => apps.readNamespacedDeployment({ namespace, name: metadata?.name ?? '' })
        if (!isRolledOut(await poll(read, isRolledOut, rolledOut)))
          throw new Error(`${metadata?.name} is not rolled out after ${rolledOut.timeoutMs / 1000} s`)
      }
    },
  }
}

/** As `kubectl rollout status` has it. */
export function isRolledOut({ metadata, spec, status }: V1Deployment): boolean {
  const wanted = spec?.replicas ?? 1
  const { observedGeneration = 0, updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status ?? {}
  return (
    observedGeneration >= (metadata?.generation ?? 0) &&
    updatedReplicas >= wanted &&
    replicas <= updatedReplicas &&
    availableReplicas >= updatedReplicas
  )
}
