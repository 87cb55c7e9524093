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
 * The stores of the cluster that `KUBE_CONTEXT` or `KIND_CLUSTER` names, through the API server. Whoever asks one that does not run gets a
 * NoShop.
 * @throws NoShop when there is no such cluster
 */
export function openClusterSource(env: NodeJS.ProcessEnv): TelemetrySource {
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
  const once = (service: Parameters<typeof urlOf>[0]): (() => Promise<string>) => {
    let url: Promise<string> | undefined
    return () => {
      url ??= inOneLine(urlOf(service))
      return url
    }
  }
  return clusterSource({ logsUrl: once(telemetryServices.logs), tracesUrl: once(telemetryServices.traces) }, () => tunnels.close())
}
