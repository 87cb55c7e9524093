import { CoreV1Api, type KubeConfig, type V1Pod } from '@kubernetes/client-node'
import { namespace, ports } from '../../services/shared/contracts/topology.ts'
import { NoShop } from '../cli/command-error.ts'
import { type Cluster, chooseCluster } from '../cluster/choose-cluster.ts'
import { describeFailure } from '../cluster/describe-failure.ts'
import { readToolsSecret } from '../cluster/identity-secret.ts'
import { mappedPort } from '../cluster/kind/kind-cluster.ts'
import { connect, contexts } from '../cluster/kubeconfig.ts'
import { type PodTunnels, podTunnels } from '../cluster/pod-tunnels.ts'
import { proxyAdminPort } from '../cluster/proxy-admin.ts'
import { brokerVersion, forwardedBroker, killBroker } from './forwarded-broker.ts'
import type { Host } from './replica.ts'
import type { ShopAccess } from './shop-access.ts'
import { signIn, toolsTokens } from './sign-in.ts'

const ingress = { namespace: 'istio-system', labels: 'istio=ingressgateway', port: 8080 } as const

/** The shop in a cluster, and the cluster itself. */
export interface ClusterAccess extends ShopAccess {
  readonly context: string
  /** Name of the kind cluster, when it is one. */
  readonly kind?: string
  readonly config: KubeConfig
  /** Closed by `close`, too. */
  readonly tunnels: PodTunnels
  /** Deletes the pod of the cluster's own broker, without grace. @throws NoShop when it has none */
  killBroker(): Promise<void>
  /** Of the cluster's own broker, by its image; undefined when it has none, or `KAFKA_BROKERS` names others. */
  kafkaVersion(): Promise<string | undefined>
}

/**
 * The shop in the cluster that `KUBE_CONTEXT` or `KIND_CLUSTER` names, reached through the API server.
 * @throws NoShop
 */
export async function clusterAccess(env: NodeJS.ProcessEnv): Promise<ClusterAccess> {
  try {
    const cluster = chooseCluster(env, contexts())
    const config = connect(cluster)
    const tunnels = podTunnels(config)
    const access = accessThrough(env, cluster, config, tunnels)
    if ((await access.replicas('gateway')).length > 0) return access
    throw new NoShop(`the shop does not run in ${cluster.context}; start it with: make deploy`)
  } catch (error) {
    throw notReached(error)
  }
}

/** Whatever keeps one from the shop, in the words of the API server or of the tool. */
const notReached = (error: unknown): NoShop => (error instanceof NoShop ? error : new NoShop(describeFailure(error)))

function accessThrough(env: NodeJS.ProcessEnv, cluster: Cluster, config: KubeConfig, tunnels: PodTunnels): ClusterAccess {
  const core = config.makeApiClient(CoreV1Api)
  const podsOf = async (workload: string): Promise<V1Pod[]> =>
    (await core.listNamespacedPod({ namespace, labelSelector: `app=${workload}` })).items.filter(takesTraffic)
  const orNotReached = <Reached>(reached: Promise<Reached>): Promise<Reached> =>
    reached.catch((error: unknown) => {
      throw notReached(error)
    })
  const access: Omit<ClusterAccess, 'gatewayUrl'> = {
    ...cluster,
    config,
    tunnels,
    killBroker: () => killBroker(core),
    kafkaVersion: async () => (env.KAFKA_BROKERS ? undefined : brokerVersion(core)),
    brokers: async () => (env.KAFKA_BROKERS ? env.KAFKA_BROKERS.split(',') : [await orNotReached(forwardedBroker(core, tunnels))]),
    // Pods of every version: to a proxy whose destination is not divided they are all the same.
    replicas: async (workload) => (await podsOf(workload)).map((pod) => toHost(workload, pod)),
    portOf: async ({ name, workload }, port) => {
      if (port === 'admin') return tunnels.to({ namespace, pod: name, port: proxyAdminPort })
      if (port === 'outbound') throw new Error(`${name} has no ${port} port: in a pod what the app sends is redirected`)
      if (port === 'app') return tunnels.to({ namespace, pod: name, port: ports.app })
      const pod = (await podsOf(workload)).find(({ metadata }) => metadata?.name === name)
      const container = pod?.spec?.containers.find((one) => one.name === workload)
      const number = container?.ports?.find((one) => one.name === port)?.containerPort
      if (number === undefined) throw new Error(pod ? `${name} has no ${port} port` : `${name} is gone`)
      return tunnels.to({ namespace, pod: name, port: number })
    },
    toolsSecret: async () => {
      const secret = await orNotReached(readToolsSecret(core))
      if (secret === undefined) throw new NoShop(`${cluster.context} takes tokens of another issuer: put one into BREAKWATER_TOKEN`)
      return secret
    },
    close: () => tunnels.close(),
  }
  const tokens = toolsTokens(access, env)
  return {
    ...access,
    gatewayUrl: async () => {
      const url = await orNotReached(gatewayUrl(cluster, core, tunnels))
      signIn(url, tokens)
      return url
    },
  }
}

/** As `make deploy` prints it, or through the API server where nothing of this machine leads to the ingress. */
async function gatewayUrl({ kind }: Cluster, core: CoreV1Api, tunnels: PodTunnels): Promise<string> {
  if (kind) return `http://localhost:${await mappedPort(kind)}`
  const { items } = await core.listNamespacedPod({ namespace: ingress.namespace, labelSelector: ingress.labels })
  const pod = items.find(takesTraffic)?.metadata?.name
  if (pod === undefined) throw new NoShop(`${ingress.namespace} has no ingress gateway that is ready`)
  return `http://127.0.0.1:${await tunnels.to({ namespace: ingress.namespace, pod, port: ingress.port })}`
}

/** One that ends is still there, but no proxy sends to it any more. */
const takesTraffic = ({ metadata, status }: V1Pod): boolean =>
  !metadata?.deletionTimestamp && (status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false)

const toHost = (workload: string, { metadata, status }: V1Pod): Host => ({
  namespace,
  workload,
  name: metadata?.name ?? '',
  address: `${status?.podIP}:${ports.app}`,
  targetPort: ports.app,
})
