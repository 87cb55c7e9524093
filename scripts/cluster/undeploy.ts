import { CoreV1Api } from '@kubernetes/client-node'
import { runTool } from '../cli/run-tool.ts'
import { chooseCluster } from './choose-cluster.ts'
import { findIstio, istioOwner } from './istio/istio-owner.ts'
import { removeEdgeFilter } from './istio/remove-edge-filter.ts'
import { connect, contexts } from './kubeconfig.ts'

/**
 * Removes the kind cluster that `make deploy` made; in a cluster that `KUBE_CONTEXT` names only the shop's namespaces, because
 * the rest is not ours.
 * @returns what was removed, in words
 */
export async function undeploy(env: NodeJS.ProcessEnv): Promise<string> {
  const { KUBE_CONTEXT } = env
  const cluster = chooseCluster(env, contexts())
  if (cluster.kind && !KUBE_CONTEXT) {
    const clusters = (await runTool('kind', ['get', 'clusters'])).split('\n')
    if (!clusters.includes(cluster.kind)) return `There is no kind cluster ${cluster.kind}.`
    await runTool('kind', ['delete', 'cluster', '--name', cluster.kind])
    return `Removed the kind cluster ${cluster.kind}; its images are still in Docker (docker image prune).`
  }
  const config = connect(cluster)
  const core = config.makeApiClient(CoreV1Api)
  const { items } = await core.listNamespace({ labelSelector: 'app.kubernetes.io/part-of=breakwater' })
  const names = items.flatMap(({ metadata }) => metadata?.name ?? [])
  if (names.length === 0) return `${cluster.context} has no namespace of the shop.`
  await Promise.all(names.map((name) => core.deleteNamespace({ name, propagationPolicy: 'Foreground' })))
  await removeEdgeFilter(config)
  const istio =
    istioOwner(await findIstio(config)) === 'us'
      ? 'Istio stays (istioctl uninstall --purge removes it)'
      : 'Istio was not installed from here and stays'
  return `Removing ${names.join(' and ')} from ${cluster.context}; ${istio}.`
}
