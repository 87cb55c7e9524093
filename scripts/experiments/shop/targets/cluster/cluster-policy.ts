import { ApiException, type KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node'
import { namespace } from '../../../../../services/shared/contracts/topology.ts'
import { policyVersion, rewritePolicy } from '../../../../cluster/change-policy.ts'
import type { PolicyObject } from '../../../core/policy-object.ts'
import type { Target } from '../../../core/target.ts'
import { type ClusterPolicyObject, isOverridden, overridden, restored } from './kept-policy.ts'

/** What experiments remove or replace. */
const kind = 'DestinationRule'

/** Policy of a cluster: Istio's own objects. */
export function clusterPolicy(config: KubeConfig): Pick<Target, 'policy' | 'overridePolicy' | 'restorePolicy' | 'orphanedPolicies'> {
  const api = KubernetesObjectApi.makeApiClient(config)
  const restore = async (name: string) => void (await rewritePolicy<ClusterPolicyObject>(api, kind, name, restored))
  const mustBeRule = (wanted: string) => {
    if (wanted !== kind) throw new Error(`in a cluster experiments change a ${kind}, no ${wanted}`)
  }
  return {
    policy: async ({ kind: wanted, name }) => {
      try {
        return asPolicy(await api.read<ClusterPolicyObject>({ apiVersion: policyVersion, kind: wanted, metadata: { name, namespace } }))
      } catch (error) {
        if (error instanceof ApiException && error.code === 404) return undefined
        throw error
      }
    },
    overridePolicy: async ({ kind: wanted, name }, to) => {
      mustBeRule(wanted)
      await rewritePolicy<ClusterPolicyObject>(api, kind, name, (inForce) => overridden(inForce, to))
    },
    restorePolicy: async ({ kind: wanted, name }) => {
      mustBeRule(wanted)
      await restore(name)
    },
    orphanedPolicies: async () => {
      const { items } = await api.list(policyVersion, kind, namespace)
      const names = items.filter(isOverridden).flatMap(({ metadata }) => metadata?.name ?? [])
      return names.map((name) => ({ description: `a changed ${kind} ${name}`, remove: () => restore(name) }))
    },
  }
}

const asPolicy = ({ apiVersion = '', kind = '', metadata, spec }: ClusterPolicyObject): PolicyObject => ({
  apiVersion,
  kind,
  metadata: { ...metadata, name: metadata?.name ?? '' },
  spec,
})
