import { CoordinationV1Api } from '@kubernetes/client-node'
import { namespace, workloadNames } from '../../../../services/shared/contracts/topology.ts'
import { type ClusterAccess, clusterAccess } from '../../../access/cluster-access.ts'
import { NoShop } from '../../../cli/command-error.ts'
import { describeFailure } from '../../../cluster/describe-failure.ts'
import { nothingToDo } from '../../core/action.ts'
import { leaseLock } from '../../core/lease-lock.ts'
import type { ShopTarget } from '../shop-target.ts'
import { clusterPolicy } from './cluster/cluster-policy.ts'
import { clusterReplicas } from './cluster/cluster-replicas.ts'
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

async function openTarget({ context, config, ...access }: ClusterAccess): Promise<ShopTarget> {
  if ((await access.replicas('probe')).length === 0)
    throw new NoShop(`${context} has no tools for experiments; cluster.chaosTools in cdk8s/settings/kind.ts deploys them`)
  await refuseCanary(config)
  return {
    name: 'cluster',
    gatewayUrl: await access.gatewayUrl(),
    brokers: access.brokers,
    replicas: ({ name }) => access.replicas(name),
    hosts: ({ service }) => access.replicas(service),
    proxies: async () => (await Promise.all(workloadNames.map(access.replicas))).flat(),
    ...replicaRequests(access.portOf),
    outbound: () => Promise.reject(new Error('not in a cluster yet')),
    openOutbound: async () => nothingToDo,
    openFaults: async () => nothingToDo,
    ...clusterPolicy(config),
    ...clusterReplicas(config),
    lock: () => leaseLock(config.makeApiClient(CoordinationV1Api), { namespace, name: 'breakwater-experiments' }),
    close: access.close,
  }
}
