import { ApiException, type KubernetesObject, type KubernetesObjectApi } from '@kubernetes/client-node'
import { namespace } from '../../services/shared/contracts/topology.ts'
import type { HttpRoute } from './canary-routes.ts'
import { ClusterError } from './cluster-error.ts'

export interface VirtualService extends KubernetesObject {
  readonly spec: { readonly http: readonly HttpRoute[]; readonly [field: string]: unknown }
}

export interface DestinationRule extends KubernetesObject {
  readonly spec: { readonly subsets?: readonly object[]; readonly [field: string]: unknown }
}

type Policy = VirtualService | DestinationRule

/**
 * Reads a policy, changes it and writes it back with the resourceVersion that was read: the API server refuses it when
 * somebody else has changed it in between, so that no change is lost.
 * @returns the policy as it is now
 * @throws ClusterError when the cluster does not have it, or it was changed meanwhile
 */
export async function changePolicy<Kind extends Policy>(
  api: KubernetesObjectApi,
  kind: 'VirtualService' | 'DestinationRule',
  name: string,
  change: (spec: Kind['spec']) => Kind['spec'],
): Promise<Kind> {
  try {
    const policy = await api.read<Kind>({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name, namespace } })
    return await api.replace<Kind>({ ...policy, spec: change(policy.spec) })
  } catch (error) {
    if (!(error instanceof ApiException)) throw error
    if (error.code === 404) throw new ClusterError(`The cluster has no ${kind} ${name}: run make deploy first.`)
    if (error.code === 409) throw new ClusterError(`The ${kind} ${name} was changed by somebody else just now; look at it and try again.`)
    throw error
  }
}
