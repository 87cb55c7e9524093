import type { CoreV1Api, V1Pod } from '@kubernetes/client-node'
import { hasProxy } from '../../cluster/pod-proxies.ts'
import type { WatchedMesh } from '../breaker-watch.ts'
import { statisticsReader } from '../statistics-port.ts'

/**
 * The proxies of some namespaces, as a pod of the same cluster reads them.
 * @param core asked for the pods of these namespaces, and for nothing else
 */
export function clusterMesh(core: Pick<CoreV1Api, 'listNamespacedPod'>, namespaces: readonly string[]): WatchedMesh {
  const list = async (): Promise<readonly V1Pod[]> =>
    (await Promise.all(namespaces.map((namespace) => core.listNamespacedPod({ namespace })))).flatMap(({ items }) => items)
  let listed: Promise<readonly V1Pod[]> = Promise.resolve([])
  return {
    proxies: async () => {
      listed = list()
      return (await listed).filter((pod) => runs(pod) && hasProxy(pod)).map(toReplica)
    },
    reader: ({ namespace, name }) => ({
      read: async (atMs, options) => {
        const pod = (await listed).find(({ metadata }) => metadata?.namespace === namespace && metadata.name === name)
        if (pod?.status?.podIP === undefined) throw new Error(`${name} is gone`)
        return statisticsReader(pod.status.podIP).read(atMs, options)
      },
      rules: async () => new Map(),
    }),
    hostNames: async () =>
      new Map(
        (await listed).flatMap(({ metadata, spec, status }) =>
          // On the network of their node, pods have one address together.
          status?.podIP === undefined || metadata?.name === undefined || spec?.hostNetwork ? [] : [[status.podIP, metadata.name]],
        ),
      ),
  }
}

const runs = ({ metadata, status }: V1Pod): boolean => !metadata?.deletionTimestamp && status?.phase === 'Running'

const toReplica = ({ metadata }: V1Pod) => ({
  namespace: metadata?.namespace ?? '',
  workload: metadata?.labels?.app ?? metadata?.name ?? '',
  name: metadata?.name ?? '',
})
