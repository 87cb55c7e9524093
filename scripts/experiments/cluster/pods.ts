import { AppsV1Api, CoreV1Api, type KubeConfig, type V1Pod, type V1ServicePort } from '@kubernetes/client-node'
import type { Host, Replica } from '../../access/replica.ts'
import { hasProxy } from '../../cluster/pod-proxies.ts'
import type { Destination, Workload } from '../core/destination.ts'
import type { PortName } from '../core/explain/situation.ts'
import { unlessGone } from './cluster-policy.ts'

export type Labels = Readonly<Record<string, string>>

/** Pods of any namespace, by what they are called there. */
export interface Pods {
  replicas(workload: Workload): Promise<readonly Replica[]>
  /** @param labels that they have beside those of the Service: of a subset */
  hosts(destination: Destination, labels?: Labels): Promise<readonly Host[]>
  /** All in the namespace that have a proxy. */
  proxies(namespace: string): Promise<readonly Replica[]>
  /** How its Service declares the port; nothing when there is none. */
  portOf(destination: Destination): Promise<PortName>
  /** What selects the pods of a workload, e.g. for an EnvoyFilter. @throws Error when there is none of that name */
  labelsOf(workload: Workload): Promise<Labels>
  /** The same for those behind a Service. @throws Error when there is no such Service, or it selects nothing */
  labelsBehind(destination: Destination): Promise<Labels>
  /** All that a pod has. @throws Error when it is gone */
  labelsOn(replica: Replica): Promise<Labels>
}

export function pods(config: KubeConfig): Pods {
  const [core, apps] = [config.makeApiClient(CoreV1Api), config.makeApiClient(AppsV1Api)]
  const podsWith = async (namespace: string, labels: Labels): Promise<V1Pod[]> =>
    (await core.listNamespacedPod({ namespace, labelSelector: selectorOf(labels) })).items.filter(takesTraffic)
  const service = ({ namespace, service: name }: Pick<Destination, 'namespace' | 'service'>) =>
    core.readNamespacedService({ namespace, name }).catch(unlessGone)
  const selected = async ({ namespace, name }: Workload): Promise<Labels | undefined> => {
    // A DestinationRule's users think in Services: `--caller productpage` is one, and its Deployment has another name.
    for (const read of [
      () => apps.readNamespacedDeployment({ namespace, name }),
      () => apps.readNamespacedStatefulSet({ namespace, name }),
      () => apps.readNamespacedDaemonSet({ namespace, name }),
    ]) {
      const labels = (await read().catch(unlessGone))?.spec?.selector.matchLabels
      if (labels !== undefined) return labels
    }
    return (await service({ namespace, service: name }))?.spec?.selector
  }
  return {
    replicas: async (workload) => {
      const labels = await selected(workload)
      return labels === undefined ? [] : (await podsWith(workload.namespace, labels)).map((pod) => toReplica(workload.name, pod))
    },
    hosts: async (destination, labels = {}) => {
      const spec = (await service(destination))?.spec
      const port = spec?.ports?.find((one) => one.port === destination.port)
      if (spec?.selector === undefined || port === undefined) return []
      return (await podsWith(destination.namespace, { ...spec.selector, ...labels })).flatMap((pod) =>
        toHost(destination.service, pod, port),
      )
    },
    proxies: async (namespace) =>
      (await core.listNamespacedPod({ namespace })).items
        .filter((pod) => takesTraffic(pod) && hasProxy(pod))
        .map((pod) => toReplica(pod.metadata?.labels?.app ?? pod.metadata?.name ?? '', pod)),
    portOf: async (destination) => {
      const { name, appProtocol } = (await service(destination))?.spec?.ports?.find(({ port }) => port === destination.port) ?? {}
      return { ...(name !== undefined && { name }), ...(appProtocol !== undefined && { appProtocol }) }
    },
    labelsOf: async (workload) => {
      const labels = await selected(workload)
      if (labels === undefined)
        throw new Error(`${workload.namespace} has no Deployment, StatefulSet, DaemonSet or Service ${workload.name}`)
      return labels
    },
    labelsBehind: async (destination) => {
      const labels = (await service(destination))?.spec?.selector
      if (labels === undefined) throw new Error(`${destination.namespace} has no Service ${destination.service} that selects pods`)
      return labels
    },
    labelsOn: async ({ namespace, name }) => (await core.readNamespacedPod({ namespace, name })).metadata?.labels ?? {},
  }
}

const selectorOf = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')

/** One that ends is still there, but no proxy sends to it any more. */
const takesTraffic = ({ metadata, status }: V1Pod): boolean =>
  !metadata?.deletionTimestamp && (status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false)

const toReplica = (workload: string, { metadata }: V1Pod): Replica => ({
  namespace: metadata?.namespace ?? '',
  workload,
  name: metadata?.name ?? '',
})

/** None when no container of the pod has the port that the Service names. */
export function toHost(workload: string, pod: V1Pod, { port, targetPort = port }: V1ServicePort): Host[] {
  const ofPod = pod.spec?.containers.flatMap(({ ports = [] }) => ports) ?? []
  const number = typeof targetPort === 'number' ? targetPort : ofPod.find(({ name }) => name === targetPort)?.containerPort
  return number === undefined ? [] : [{ ...toReplica(workload, pod), address: `${pod.status?.podIP}:${number}`, targetPort: number }]
}
