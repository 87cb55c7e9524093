import { ApiException, type KubernetesObject, type KubernetesObjectApi } from '@kubernetes/client-node'
import { namespace } from '../../services/shared/contracts/topology.ts'
import type { HttpRoute } from '../traffic-split/canary-routes.ts'
import type { RuleSpec } from '../traffic-split/canary-subsets.ts'
import { ClusterError } from './cluster-error.ts'

export interface VirtualService extends KubernetesObject {
  readonly spec: { readonly http: readonly HttpRoute[]; readonly [field: string]: unknown }
}

export interface DestinationRule extends KubernetesObject {
  readonly spec: RuleSpec
}

/** Of Istio's traffic policy objects. */
export const policyVersion = 'networking.istio.io/v1'

type Policy = VirtualService | DestinationRule

/**
 * Reads a policy, changes its spec and writes it back, unless somebody else has changed it in between: no change is lost.
 * @returns the policy as it is now
 * @throws ClusterError when the cluster does not have it, or it was changed meanwhile
 */
export const changePolicy = <Kind extends Policy>(
  api: KubernetesObjectApi,
  kind: 'VirtualService' | 'DestinationRule',
  name: string,
  change: (spec: Kind['spec']) => Kind['spec'],
): Promise<Kind> => rewritePolicy<Kind>(api, kind, name, (policy) => ({ ...policy, spec: change(policy.spec) }))

/** The same for the whole object. The API server refuses to replace another resourceVersion than the one that was read. */
export async function rewritePolicy<Kind extends KubernetesObject>(
  api: KubernetesObjectApi,
  kind: string,
  name: string,
  rewrite: (policy: Kind) => Kind,
): Promise<Kind> {
  try {
    return await api.replace<Kind>(rewrite(await api.read<Kind>({ apiVersion: policyVersion, kind, metadata: { name, namespace } })))
  } catch (error) {
    if (!(error instanceof ApiException)) throw error
    if (error.code === 404) throw new ClusterError(`The cluster has no ${kind} ${name}: run make deploy first.`)
    if (error.code === 409) throw new ClusterError(`The ${kind} ${name} was changed by somebody else just now; look at it and try again.`)
    throw error
  }
}
