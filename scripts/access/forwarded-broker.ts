import type { CoreV1Api, V1Pod } from '@kubernetes/client-node'
import { forwardedListener } from '../../services/shared/contracts/deployment.ts'
import { NoShop } from '../cli/command-error.ts'
import type { PodTunnels } from '../cluster/pod-tunnels.ts'

/** The listener of charts/kafka.ts for clients of this machine. A broker tells them where it is, so they must reach it at that port. */
const listener = new RegExp(`${forwardedListener.name}://localhost:(\\d+)`)

/** @returns bootstrap server of the cluster's own broker @throws NoShop when it has none, as with managed brokers */
export async function forwardedBroker(core: CoreV1Api, tunnels: PodTunnels): Promise<string> {
  const broker = await brokerPod(core)
  const port = broker && forwardedPort(broker)
  if (!port) throw new NoShop('the cluster has no broker of its own; name those that it uses with KAFKA_BROKERS')
  const { name = '', namespace = '' } = broker.metadata ?? {}
  return `localhost:${await tunnels.to({ namespace, pod: name, port }, port)}`
}

const brokerPod = async (core: CoreV1Api): Promise<V1Pod | undefined> =>
  (await core.listPodForAllNamespaces({ labelSelector: 'app=kafka,app.kubernetes.io/part-of=breakwater' })).items[0]

/** Ends the cluster's own broker without a farewell; it is started again. @throws NoShop when it has none, as with managed brokers */
export async function killBroker(core: CoreV1Api): Promise<void> {
  const { name, namespace } = (await brokerPod(core))?.metadata ?? {}
  if (name === undefined || namespace === undefined) throw new NoShop('the cluster has no broker of its own')
  await core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 })
}

/** Undefined when the broker has no such listener. */
export function forwardedPort({ spec }: V1Pod): number | undefined {
  const advertised = spec?.containers.flatMap(({ env = [] }) => env).find(({ name }) => name === 'KAFKA_ADVERTISED_LISTENERS')
  const [, port] = listener.exec(advertised?.value ?? '') ?? []
  return port === undefined ? undefined : Number(port)
}

/** Version of the cluster's own broker; undefined when it has none, or its image says none. */
export const brokerVersion = async (core: CoreV1Api): Promise<string | undefined> =>
  versionOfImage((await brokerPod(core))?.spec?.containers)

/** `registry:5000/apache/kafka:4.1.0@sha256:…` → `4.1.0`, of the container that is Kafka. */
export function versionOfImage(containers: readonly { readonly image?: string }[] = []): string | undefined {
  const images = containers.flatMap(({ image }) => (image === undefined ? [] : [image.split('@')[0] ?? '']))
  return images.flatMap((image) => /\/?kafka:([^/]+)$/.exec(image)?.[1] ?? [])[0]
}
