import { ApiException, type KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node'
import { inOneLine } from '../../cluster/describe-failure.ts'
import type { PolicyObject, PolicyReference } from '../core/policy-object.ts'
import type { OrphanedFault, Target } from '../core/target.ts'
import { istioKinds, versionOf } from './istio-kinds.ts'
import { type ClusterPolicyObject, created, isOverridden, overridden, restored } from './kept-policy.ts'

export interface ClusterPolicy extends Pick<Target, 'policy' | 'overridePolicy' | 'restorePolicy'> {
  /** All objects of a kind, of every namespace. */
  all(kind: string): Promise<readonly PolicyObject[]>
  /** Objects that a killed run has changed or created. */
  changed(): Promise<OrphanedFault[]>
}

/**
 * Policy of a cluster: Istio's own objects. An object is written only over the version that was read, so nobody's work is lost.
 * @param namespaces where changed objects are looked for
 */
export function clusterPolicy(config: KubeConfig, namespaces: readonly string[]): ClusterPolicy {
  const api = KubernetesObjectApi.makeApiClient(config)
  const read = ({ kind, namespace, name }: PolicyReference): Promise<ClusterPolicyObject | undefined> =>
    api.read<ClusterPolicyObject>({ apiVersion: versionOf(kind), kind, metadata: { name, namespace } }).catch(unlessGone)
  const restorePolicy = async (reference: PolicyReference): Promise<void> => {
    const object = await read(reference)
    if (object === undefined || !isOverridden(object)) return
    const original = restored(object)
    if (original === undefined) await api.delete(object).catch(unlessGone)
    else await api.replace(original)
  }
  const override = async (reference: PolicyReference, to: PolicyObject | undefined): Promise<void> => {
    const { name, namespace } = reference
    const inForce = await read(reference)
    if (inForce !== undefined) await api.replace(overridden(inForce, to))
    else if (to !== undefined) await api.create(created({ ...to, apiVersion: versionOf(reference.kind) }, { name, namespace }))
  }
  return {
    policy: async (reference) => {
      const object = await read(reference)
      return object && asPolicy(object)
    },
    overridePolicy: (reference, to) => inOneLine(override(reference, to)),
    restorePolicy,
    all: async (kind) => {
      const { items } = await api.list<ClusterPolicyObject>(versionOf(kind), kind)
      // Objects of a list need not say of what kind they are.
      return items.map((object) => ({ ...asPolicy(object), kind }))
    },
    changed: async () => {
      const places = Object.entries(istioKinds).flatMap(([kind, version]) => namespaces.map((namespace) => ({ kind, version, namespace })))
      const found = await Promise.all(
        places.map(async ({ kind, version, namespace }) => {
          // An Istio without this kind has no object of it.
          const items = (await api.list(version, kind, namespace).catch(unlessGone))?.items ?? []
          return items.filter(isOverridden).map(({ metadata }) => ({ kind, namespace, name: metadata?.name ?? '' }))
        }),
      )
      return found.flat().map((reference) => ({
        description: `a changed ${reference.kind} ${reference.name}`,
        remove: () => restorePolicy(reference),
      }))
    },
  }
}

/** There is no such object: no error but "no". */
export const unlessGone = (error: unknown): undefined => {
  if (error instanceof ApiException && error.code === 404) return undefined
  throw error
}

const asPolicy = ({ apiVersion = '', kind = '', metadata, spec }: ClusterPolicyObject): PolicyObject => ({
  apiVersion,
  kind,
  metadata: { ...metadata, name: metadata?.name ?? '' },
  spec,
})
