import { workloadNames } from '../../../../services/shared/contracts/topology.ts'
import { type ClusterAccess, clusterAccess } from '../../../access/cluster-access.ts'
import { NoShop } from '../../../cli/command-error.ts'
import { describeFailure } from '../../../cluster/describe-failure.ts'
import { clusterMesh } from '../../cluster/cluster-mesh.ts'
import { shopNamespaces } from '../destinations.ts'
import type { ShopTarget } from '../shop-target.ts'
import { clusterSplits, dividedRules } from './cluster/cluster-splits.ts'
import { refuseCanary } from './cluster/refuse-canary.ts'
import { replicaRequests } from './replica-requests.ts'

/**
 * The shop in the cluster that `KUBE_CONTEXT` or `KIND_CLUSTER` names, reached through the API server.
 * @throws NoShop when it is not there, or not as experiments need it
 */
export async function clusterTarget(env: NodeJS.ProcessEnv): Promise<ShopTarget> {
  const access = await clusterAccess(env)
  try {
    return await openTarget(access)
  } catch (error) {
    await access.close()
    throw error instanceof NoShop ? error : new NoShop(describeFailure(error))
  }
}

async function openTarget({ context, kind, config, tunnels, ...access }: ClusterAccess): Promise<ShopTarget> {
  if ((await access.replicas('probe')).length === 0)
    throw new NoShop(`${context} has no tools for experiments; cluster.chaosTools in cdk8s/settings/kind.ts deploys them`)
  refuseCanary(await dividedRules(config))
  const mesh = clusterMesh({ config, tunnels, namespaces: shopNamespaces, ...(kind !== undefined && { kind }) })
  const { splitTraffic, splits } = clusterSplits(config)
  return {
    ...mesh,
    splitTraffic,
    // The split last: a rule that was changed beside it says what it was with it.
    orphans: async () => [...(await mesh.orphans()), ...(await splits())],
    gatewayUrl: await access.gatewayUrl(),
    brokers: access.brokers,
    kafkaVersion: access.kafkaVersion,
    // Pods of every version, whose Deployments have other names.
    replicas: ({ name }) => access.replicas(name),
    hosts: ({ service }) => access.replicas(service),
    proxies: async () => (await Promise.all(workloadNames.map(access.replicas))).flat(),
    ...replicaRequests(access.portOf),
    killBroker: ({ hold = false } = {}) =>
      hold ? Promise.reject(new Error('the broker of a cluster cannot be held dead: it is started again')) : access.killBroker(),
    resumeBroker: async () => {},
    close: access.close,
  }
}
