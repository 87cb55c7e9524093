import { setTimeout as delay } from 'node:timers/promises'
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node'
import { ClusterError } from '../../cluster/cluster-error.ts'

const labelSelector = 'app.kubernetes.io/part-of=breakwater'
const withinMs = 120_000

/** Removes the shop's namespaces with all that is in them, its data too, and waits until they are gone. */
export async function removeShop(config: KubeConfig, signal: AbortSignal): Promise<void> {
  const core = config.makeApiClient(CoreV1Api)
  const remaining = async () => (await core.listNamespace({ labelSelector })).items.flatMap(({ metadata }) => metadata?.name ?? [])
  for (const name of await remaining()) await core.deleteNamespace({ name })
  const until = Date.now() + withinMs
  for (let names = await remaining(); names.length > 0; names = await remaining()) {
    if (Date.now() > until) throw new ClusterError(`${names.join(' and ')} did not go within ${withinMs / 1000} s.`)
    await delay(500, undefined, { signal })
  }
}
