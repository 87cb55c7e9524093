import { CoreV1Api } from '@kubernetes/client-node'
import type { WatchedMesh } from '../breaker-watch/breaker-watch.ts'
import { adminReader } from '../breaker-watch/proxy-reader.ts'
import { chooseCluster } from '../cluster/choose-cluster.ts'
import { connect, contexts } from '../cluster/kubeconfig.ts'
import type { Target } from '../experiments/core/target.ts'
import { shopNamespaces } from '../experiments/shop/destinations.ts'

/** The proxies of a cluster's shop, through the API server. */
export function clusterMeshOf(target: Target, env: NodeJS.ProcessEnv): WatchedMesh {
  const core = connect(chooseCluster(env, contexts())).makeApiClient(CoreV1Api)
  return {
    proxies: () => target.proxies(),
    reader: (replica) => adminReader(target.admin(replica)),
    hostNames: async () => {
      const pods = await Promise.all(shopNamespaces.map(async (namespace) => (await core.listNamespacedPod({ namespace })).items))
      return new Map(
        pods.flat().flatMap(({ metadata, status }) => (status?.podIP && metadata?.name ? [[status.podIP, metadata.name] as const] : [])),
      )
    },
  }
}
