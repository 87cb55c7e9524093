import { setTimeout as delay } from 'node:timers/promises'
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node'
import { namespace, workload, workloadNames } from '../../../services/shared/contracts/topology.ts'
import { routesConfig } from '../../envoy-admin/config.ts'
import { ClusterError } from '../cluster-error.ts'
import { podTunnels } from '../pod-tunnels.ts'
import { proxyAdmin } from '../proxy-admin.ts'

const withinMs = 30_000
const lookEveryMs = 200

/**
 * Waits until no caller's proxy has a route to a subset of the destination. A proxy that still had one when its subset goes would answer 503.
 * @throws ClusterError when one still has after 30 s
 */
export async function awaitUndividedRoutes(config: KubeConfig, destination: string): Promise<void> {
  const callers = workloadNames.filter((name) => workload(name).calls.includes(destination))
  const labelSelector = `app in (${callers.join(',')})`
  const { items } = await config
    .makeApiClient(CoreV1Api)
    .listNamespacedPod({ namespace, labelSelector, fieldSelector: 'status.phase=Running' })
  // `outbound|80|v1|catalog.…`; without a subset there is nothing between the bars.
  const toSubset = new RegExp(`outbound\\|\\d+\\|[^|]+\\|${destination}\\.`)
  const until = Date.now() + withinMs
  const tunnels = podTunnels(config)
  const undivided = async (pod: string) => {
    while (toSubset.test(await routesConfig(proxyAdmin(tunnels, pod)))) {
      if (Date.now() > until)
        throw new ClusterError(`The proxy of ${pod} still divides calls to ${destination}: make status tells whether it is in sync.`)
      await delay(lookEveryMs)
    }
  }
  try {
    await Promise.all(items.map(({ metadata }) => undivided(metadata?.name ?? '')))
  } finally {
    await tunnels.close()
  }
}
