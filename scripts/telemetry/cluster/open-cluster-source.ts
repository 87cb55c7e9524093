import { CoreV1Api } from '@kubernetes/client-node'
import { observabilityNamespace, telemetryServices } from '../../../services/shared/contracts/deployment.ts'
import { NoShop } from '../../cli/command-error.ts'
import { chooseCluster } from '../../cluster/choose-cluster.ts'
import { inOneLine } from '../../cluster/describe-failure.ts'
import { connect, contexts } from '../../cluster/kubeconfig.ts'
import { podTunnels } from '../../cluster/pod-tunnels.ts'
import type { TelemetrySource } from '../source.ts'
import { clusterSource } from './cluster-source.ts'

/**
 * The stores of the cluster that `KUBE_CONTEXT` or `KIND_CLUSTER` names, through the API server.
 * @throws NoShop when it has none
 */
export async function openClusterSource(env: NodeJS.ProcessEnv): Promise<TelemetrySource> {
  const cluster = chooseCluster(env, contexts())
  const config = connect(cluster)
  const core = config.makeApiClient(CoreV1Api)
  const tunnels = podTunnels(config)
  const urlOf = async ({ name, http }: { readonly name: string; readonly http: number }): Promise<string> => {
    const { items } = await core.listNamespacedPod({ namespace: observabilityNamespace, labelSelector: `app=${name}` })
    const pod = items.find(({ status }) => status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'))
    if (!pod?.metadata?.name) {
      throw new NoShop(`${cluster.context} keeps no logs and traces (${name} does not run): OBSERVABILITY=1 make deploy`)
    }
    return `http://127.0.0.1:${await tunnels.to({ namespace: observabilityNamespace, pod: pod.metadata.name, port: http })}`
  }
  const [logsUrl, tracesUrl] = await inOneLine(Promise.all([urlOf(telemetryServices.logs), urlOf(telemetryServices.traces)]))
  return clusterSource({ logsUrl, tracesUrl }, () => tunnels.close())
}
