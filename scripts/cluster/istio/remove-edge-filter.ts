import { ApiException, CustomObjectsApi, type KubeConfig } from '@kubernetes/client-node'
import { ingressEdge } from '../../../mesh/envoy/edge.ts'

/** Takes away the one object that the shop has outside of its namespaces: it is beside Istio's ingress gateway, which may stay. */
export async function removeEdgeFilter(config: KubeConfig): Promise<void> {
  try {
    await config
      .makeApiClient(CustomObjectsApi)
      .deleteNamespacedCustomObject({ group: 'networking.istio.io', version: 'v1alpha3', plural: 'envoyfilters', ...ingressEdge })
  } catch (error) {
    // It is gone, or Istio is.
    if (!(error instanceof ApiException && error.code === 404)) throw error
  }
}
