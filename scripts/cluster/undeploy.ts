import { ApiException, CoreV1Api } from '@kubernetes/client-node'
import { namespace } from '../../services/shared/contracts/topology.ts'
import { chooseCluster } from './choose-cluster.ts'
import { connect, contexts } from './deploy.ts'
import { runTool } from './run-tool.ts'

/**
 * Removes the kind cluster that `make deploy` made; in a cluster that `KUBE_CONTEXT` names only the shop's namespace, because
 * the rest is not ours.
 * @returns what was removed, in words
 */
export async function undeploy(env: NodeJS.ProcessEnv): Promise<string> {
  const cluster = chooseCluster(env, contexts())
  if (cluster.kind && !env['KUBE_CONTEXT']) {
    const clusters = (await runTool('kind', ['get', 'clusters'])).split('\n')
    if (!clusters.includes(cluster.kind)) return `There is no kind cluster ${cluster.kind}.`
    await runTool('kind', ['delete', 'cluster', '--name', cluster.kind])
    return `Removed the kind cluster ${cluster.kind}; its images are still in Docker (docker image prune).`
  }
  try {
    await connect(cluster).makeApiClient(CoreV1Api).deleteNamespace({ name: namespace, propagationPolicy: 'Foreground' })
    return `Removing the namespace ${namespace} from ${cluster.context}; Istio stays (istioctl uninstall --purge removes it).`
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return `${cluster.context} has no namespace ${namespace}.`
    throw error
  }
}
