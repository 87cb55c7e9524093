import { CoreV1Api } from '@kubernetes/client-node'
import { namespace } from '../../services/shared/contracts/topology.ts'
import { runTool } from '../cli/run-tool.ts'
import { type Breaker, breakersOf } from './breakers.ts'
import { chooseCluster } from './choose-cluster.ts'
import { proxiesInSync } from './istio/proxies-in-sync.ts'
import { connect, contexts } from './kubeconfig.ts'
import { podTunnels } from './pod-tunnels.ts'

export interface PodStatus {
  readonly pod: string
  readonly ready: boolean
  readonly phase: string
  readonly restarts: number
  /** The proxy has acknowledged what istiod sent last; absent for pods without a proxy. */
  readonly inSync?: boolean
}

export interface ClusterStatus {
  readonly context: string
  readonly pods: readonly PodStatus[]
  /** Breakers of every caller proxy that are not closed. */
  readonly openBreakers: readonly Breaker[]
}

/** @throws ClusterError when there is no such cluster or it does not answer */
export async function clusterStatus(env: NodeJS.ProcessEnv): Promise<ClusterStatus> {
  const cluster = chooseCluster(env, contexts())
  const config = connect(cluster)
  const [{ items }, proxies] = await Promise.all([
    config.makeApiClient(CoreV1Api).listPodForAllNamespaces({ labelSelector: 'app.kubernetes.io/part-of=breakwater' }),
    runTool('istioctl', ['--context', cluster.context, 'proxy-status', '--output', 'json']),
  ])
  const synced = proxiesInSync(proxies, namespace)
  const pods = items
    .filter(({ status }) => status?.phase !== 'Succeeded')
    .map(({ metadata, status }) => {
      const pod = metadata?.name ?? ''
      const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
      const inSync = synced.get(pod)
      return {
        pod,
        ready: status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false,
        phase: status?.phase ?? 'Unknown',
        restarts: containers.reduce((total, { restartCount }) => total + restartCount, 0),
        ...(inSync !== undefined && { inSync }),
      }
    })
  const withProxy = pods.filter(({ inSync }) => inSync !== undefined).map(({ pod }) => pod)
  const tunnels = podTunnels(config)
  try {
    return { context: cluster.context, pods, openBreakers: await breakersOf(tunnels, withProxy) }
  } finally {
    await tunnels.close()
  }
}

/** The status as a table for a person. */
export function describeStatus({ context, pods, openBreakers }: ClusterStatus): string {
  const width = Math.max(...pods.map(({ pod }) => pod.length), 3)
  const sync = (inSync: boolean | undefined) => (inSync === undefined ? 'no proxy' : inSync ? 'in sync' : 'STALE')
  return [
    `Context ${context}`,
    '',
    `${'POD'.padEnd(width)}  READY  RESTARTS  PROXY`,
    ...pods.map(({ pod, ready, restarts, inSync }) =>
      [pod.padEnd(width), (ready ? 'yes' : 'no').padEnd(5), String(restarts).padEnd(8), sync(inSync)].join('  '),
    ),
    '',
    ...(openBreakers.length === 0
      ? ['All breakers are closed.']
      : openBreakers.map(
          ({ caller, callee: destination, host, state }) => `${caller} → ${destination}${host ? ` (${host})` : ''}: ${state}`,
        )),
  ].join('\n')
}
