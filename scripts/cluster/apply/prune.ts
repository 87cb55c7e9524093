import { ApiException, type KubernetesObject, type KubernetesObjectApi } from '@kubernetes/client-node'
import { nodeLogsNamespace, observabilityNamespace } from '../../../services/shared/contracts/deployment.ts'
import { ClusterError } from '../cluster-error.ts'
import { serverReason } from '../server-reason.ts'
import { label, prunableKinds, staleObjects } from './stale-objects.ts'

/**
 * Removes what an earlier deployment applied and the manifests no longer declare: a rule that was taken out must not stay in force.
 * @param declared all objects of this deployment
 * @returns the names of the removed objects, `Kind/name`
 * @throws ClusterError with the server's reason when one cannot be removed
 */
export async function pruneObjects(api: KubernetesObjectApi, declared: readonly KubernetesObject[]): Promise<string[]> {
  // Also those of observability: a deployment without it stops what it ran.
  const namespaces = new Set([
    ...declared.flatMap(({ kind, metadata }) => (kind === 'Namespace' && metadata?.name ? [metadata.name] : [])),
    observabilityNamespace,
    nodeLogsNamespace,
  ])
  const found = await Promise.all([...namespaces].flatMap((namespace) => prunableKinds.map((kind) => listed(api, kind, namespace))))
  const stale = staleObjects(found.flat(), declared)
  await Promise.all(stale.map((object) => remove(api, object)))
  return stale.map(label)
}

async function listed(
  api: KubernetesObjectApi,
  { apiVersion, kind }: (typeof prunableKinds)[number],
  namespace: string,
): Promise<KubernetesObject[]> {
  try {
    const { items } = await api.list(apiVersion, kind, namespace)
    // Items of a list do not say what they are.
    return items.map((item) => ({ ...item, apiVersion, kind }))
  } catch (error) {
    // A cluster without this kind has none of it.
    if (error instanceof ApiException && error.code === 404) return []
    throw error
  }
}

async function remove(api: KubernetesObjectApi, object: KubernetesObject): Promise<void> {
  try {
    await api.delete(object, undefined, undefined, undefined, undefined, 'Background')
  } catch (error) {
    if (!(error instanceof ApiException)) throw error
    if (error.code !== 404) throw new ClusterError(`The API server does not remove ${label(object)}: ${serverReason(error)}`)
  }
}
