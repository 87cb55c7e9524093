import { CoordinationV1Api, CoreV1Api, type KubeConfig, type V1Pod } from '@kubernetes/client-node'
import { namespace, ports, workloadNames } from '../../../../services/shared/contracts/topology.ts'
import { type Cluster, chooseCluster } from '../../../cluster/choose-cluster.ts'
import { connect, contexts } from '../../../cluster/deploy.ts'
import { describeFailure } from '../../../cluster/describe-failure.ts'
import { mappedPort } from '../../../cluster/kind/kind-cluster.ts'
import { type PodTunnels, podTunnels } from '../../../cluster/pod-tunnels.ts'
import { proxyAdminPort } from '../../../cluster/proxy-admin.ts'
import { leaseLock } from '../../core/lease-lock.ts'
import { type ReplicaPort, replicaRequests } from '../../core/replica-requests.ts'
import type { Replica, Target } from '../../core/target.ts'
import { clusterPolicy } from './cluster/cluster-policy.ts'
import { forwardedBroker } from './cluster/forwarded-broker.ts'
import { refuseCanary } from './cluster/refuse-canary.ts'
import { ShopNotReady } from './shop-not-ready.ts'

const ingress = { namespace: 'istio-system', labels: 'istio=ingressgateway', port: 8080 } as const

/**
 * The shop in the cluster that `KUBE_CONTEXT` or `KIND_CLUSTER` names, reached through the API server.
 * @throws ShopNotReady
 */
export async function clusterTarget(env: NodeJS.ProcessEnv): Promise<Target> {
  try {
    const cluster = chooseCluster(env, contexts())
    const config = connect(cluster)
    const tunnels = podTunnels(config)
    try {
      return await openTarget(env, cluster, config, tunnels)
    } catch (error) {
      await tunnels.close()
      throw error
    }
  } catch (error) {
    throw notReady(error)
  }
}

/** Whatever keeps a run from the shop, in the words of the API server or of the tool. */
const notReady = (error: unknown): ShopNotReady => (error instanceof ShopNotReady ? error : new ShopNotReady(describeFailure(error)))

async function openTarget(env: NodeJS.ProcessEnv, cluster: Cluster, config: KubeConfig, tunnels: PodTunnels): Promise<Target> {
  const core = config.makeApiClient(CoreV1Api)
  const podsOf = async (workload: string): Promise<V1Pod[]> =>
    (await core.listNamespacedPod({ namespace, labelSelector: `app=${workload}` })).items.filter(takesTraffic)
  if ((await podsOf('gateway')).length === 0)
    throw new ShopNotReady(`the shop does not run in ${cluster.context}; start it with: make deploy`)
  if ((await podsOf('probe')).length === 0)
    throw new ShopNotReady(`${cluster.context} has no tools for experiments; cluster.chaosTools in cdk8s/settings.ts deploys them`)
  await refuseCanary(config)

  const portOf = async ({ name, workload }: Replica, port: ReplicaPort): Promise<number> => {
    if (port === 'admin') return tunnels.to({ namespace, pod: name, port: proxyAdminPort })
    if (port === 'app') return tunnels.to({ namespace, pod: name, port: ports.app })
    const pod = (await podsOf(workload)).find(({ metadata }) => metadata?.name === name)
    const container = pod?.spec?.containers.find((one) => one.name === workload)
    const number = container?.ports?.find((one) => one.name === port)?.containerPort
    if (number === undefined) throw new Error(pod ? `${name} has no ${port} port` : `${name} is gone`)
    return tunnels.to({ namespace, pod: name, port: number })
  }
  return {
    name: 'cluster',
    gatewayUrl: await gatewayUrl(cluster, core, tunnels),
    brokers: async () => {
      if (env.KAFKA_BROKERS) return env.KAFKA_BROKERS.split(',')
      try {
        return [await forwardedBroker(core, tunnels)]
      } catch (error) {
        throw notReady(error)
      }
    },
    workloads: workloadNames,
    // Pods of every version: to a proxy whose callee is not divided they are all the same.
    replicas: async (workload) => (await podsOf(workload)).map((pod) => asReplica(workload, pod)),
    ...replicaRequests(portOf),
    ...clusterPolicy(config),
    lock: () => leaseLock(config.makeApiClient(CoordinationV1Api), { namespace, name: 'breakwater-experiments' }),
    close: () => tunnels.close(),
  }
}

/** As `make deploy` prints it, or through the API server where nothing of this machine leads to the ingress. */
async function gatewayUrl({ kind }: Cluster, core: CoreV1Api, tunnels: PodTunnels): Promise<string> {
  if (kind) return `http://localhost:${await mappedPort(kind)}`
  const { items } = await core.listNamespacedPod({ namespace: ingress.namespace, labelSelector: ingress.labels })
  const pod = items.find(takesTraffic)?.metadata?.name
  if (pod === undefined) throw new ShopNotReady(`${ingress.namespace} has no ingress gateway that is ready`)
  return `http://127.0.0.1:${await tunnels.to({ namespace: ingress.namespace, pod, port: ingress.port })}`
}

/** One that ends is still there, but no proxy sends to it any more. */
const takesTraffic = ({ metadata, status }: V1Pod): boolean =>
  !metadata?.deletionTimestamp && (status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false)

const asReplica = (workload: string, { metadata, status }: V1Pod): Replica => ({
  workload,
  name: metadata?.name ?? '',
  address: `${status?.podIP}:${ports.app}`,
})
