import { CoreV1Api, type KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import type { OrphanedFault, Target } from '../core/target.ts'
import { isChosen, withChosen, withoutChosen } from './chosen-locality.ts'
import { unlessGone } from './cluster-policy.ts'

const strategicMerge = setHeaderOptions('content-type', PatchStrategy.StrategicMergePatch)

export interface PodLocalities extends Pick<Target, 'setLocality'> {
  /** Localities that a killed run has chosen. */
  chosen(): Promise<OrphanedFault[]>
}

/** @param namespaces where chosen localities are looked for */
export function podLocalities(config: KubeConfig, namespaces: readonly string[]): PodLocalities {
  const core = config.makeApiClient(CoreV1Api)
  const setLocality: Target['setLocality'] = async ({ namespace, name }, locality) => {
    const pod = await core.readNamespacedPod({ namespace, name }).catch(unlessGone)
    const body = pod && (locality === undefined ? withoutChosen(pod) : withChosen(pod, locality))
    if (body !== undefined) await core.patchNamespacedPod({ namespace, name, body }, strategicMerge).catch(unlessGone)
  }
  return {
    setLocality,
    chosen: async () => {
      const lists = await Promise.all(namespaces.map((namespace) => core.listNamespacedPod({ namespace })))
      return lists
        .flatMap(({ items }) => items)
        .filter(isChosen)
        .map(({ metadata: { name = '', namespace = '' } = {} }) => ({
          description: `the locality of the pod ${namespace}/${name}`,
          replica: name,
          remove: () => setLocality({ namespace, name, workload: '' }, undefined),
        }))
    },
  }
}
