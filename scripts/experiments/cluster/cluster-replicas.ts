import {
  AppsV1Api,
  CoreV1Api,
  type KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  type V1Deployment,
  type V1Pod,
} from '@kubernetes/client-node'
import { poll } from '../../checks/poll.ts'
import type { OrphanedFault, Target } from '../core/target.ts'
import { unlessGone } from './cluster-policy.ts'
import { signalOnNode } from './signal-on-node.ts'

const rolledOut = { timeoutMs: 180_000, everyMs: 500 }

/** The annotation of `kubectl rollout restart`: a pod template that differs is rolled out. */
const restartedAt = 'kubectl.kubernetes.io/restartedAt'
/** On a pod whose app is stopped, before it is: whoever finds it knows whose work that is. */
const pausedAnnotation = 'experiment.breakwater.dev/paused'

const strategicMerge = setHeaderOptions('content-type', PatchStrategy.StrategicMergePatch)

export interface ClusterReplicas extends Pick<Target, 'kill' | 'crash' | 'pause' | 'resume' | 'restart'> {
  /** Pods that a killed run has paused. */
  left(): Promise<OrphanedFault[]>
}

/**
 * What can be done to pods: with the API server, and where the cluster is one of kind's, on their nodes.
 * @param namespaces where paused pods are looked for
 */
export function clusterReplicas(
  config: KubeConfig,
  { namespaces, kind }: { readonly namespaces: readonly string[]; readonly kind?: string },
): ClusterReplicas {
  const [core, apps] = [config.makeApiClient(CoreV1Api), config.makeApiClient(AppsV1Api)]
  const annotate = async ({ namespace, name }: { namespace: string; name: string }, value: 'true' | null): Promise<void> => {
    const body = { metadata: { annotations: { [pausedAnnotation]: value } } }
    await core.patchNamespacedPod({ namespace, name, body }, strategicMerge)
  }
  const resume: Target['resume'] = async ({ namespace, name }) => {
    const pod = await core.readNamespacedPod({ namespace, name }).catch(unlessGone)
    if (pod === undefined || !isPaused(pod)) return
    await signalOnNode(pod, 'CONT')
    await annotate({ namespace, name }, null)
  }
  return {
    kill: async ({ namespace, name }, { hold = false } = {}) => {
      if (hold) throw new Error('a pod of a cluster cannot be held dead: its Deployment starts another one')
      await core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 }).catch(unlessGone)
    },
    ...(kind !== undefined && {
      crash: async ({ namespace, name }: { namespace: string; name: string }) =>
        signalOnNode(await core.readNamespacedPod({ namespace, name }), 'KILL'),
      pause: async ({ namespace, name }: { namespace: string; name: string }) => {
        await annotate({ namespace, name }, 'true')
        await signalOnNode(await core.readNamespacedPod({ namespace, name }), 'STOP')
      },
    }),
    resume,
    restart: async ({ namespace, name }) => {
      const body = { spec: { template: { metadata: { annotations: { [restartedAt]: new Date().toISOString() } } } } }
      await apps.patchNamespacedDeployment({ namespace, name, body }, strategicMerge)
      const read = () => apps.readNamespacedDeployment({ namespace, name })
      if (!isRolledOut(await poll(read, isRolledOut, rolledOut)))
        throw new Error(`${namespace}/${name} is not rolled out after ${rolledOut.timeoutMs / 1000} s`)
    },
    left: async () => {
      const lists = await Promise.all(namespaces.map((namespace) => core.listNamespacedPod({ namespace })))
      return lists
        .flatMap(({ items }) => items)
        .filter(isPaused)
        .map(({ metadata: { name = '', namespace = '' } = {} }) => ({
          description: `the paused pod ${namespace}/${name}`,
          remove: () => resume({ namespace, name, workload: '' }),
        }))
    },
  }
}

const isPaused = ({ metadata }: V1Pod): boolean => metadata?.annotations?.[pausedAnnotation] !== undefined

/** As `kubectl rollout status` has it. */
export function isRolledOut({ metadata, spec, status }: V1Deployment): boolean {
  const wanted = spec?.replicas ?? 1
  const { observedGeneration = 0, updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status ?? {}
  const isSeen = observedGeneration >= (metadata?.generation ?? 0)
  return isSeen && updatedReplicas >= wanted && replicas <= updatedReplicas && availableReplicas >= updatedReplicas
}
