import { AppsV1Api, CoreV1Api, type KubeConfig, KubernetesObjectApi, type V1Pod, type V1ServicePort } from '@kubernetes/client-node'
import { parse } from 'yaml'
import { UsageError } from '../../cli/command-error.ts'
import { nearest } from '../../cli/nearest.ts'
import { unlessGone } from '../cluster/cluster-policy.ts'
import { versionOf } from '../cluster/istio-kinds.ts'
import { pods } from '../cluster/pods.ts'
import type { Destination, Workload } from '../core/destination.ts'
import { isNamedHttp } from '../core/explain/http-version.ts'
import { dataplaneMode, type Plan } from '../core/explain/not-judgeable.ts'
import { routeInForce } from '../core/explain/route-in-force.ts'
import { subsetLabels } from '../core/explain/subset-labels.ts'
import type { PolicyObject } from '../core/policy-object.ts'

/** What somebody says of a service of theirs. */
export interface OwnService {
  readonly namespace: string
  readonly service: string
  /** Of the Service. Default: its only port, or the first that speaks HTTP. */
  readonly port?: number
  /** Of the requests that are sent: which route they take, and so which subset, may depend on it. */
  readonly path: string
  /** A Deployment or Service whose pods call it, in the same namespace or as `<namespace>/<name>`. */
  readonly caller: string
}

/** A service of a cluster as far as an experiment must know it before it begins. */
export interface Survey extends Omit<Plan, 'judged' | 'request'> {
  readonly callerWorkload: Workload
}

/**
 * Reads what is there; changes nothing.
 * @throws UsageError that names what is not there
 */
export async function surveyService(config: KubeConfig, { namespace, service, port, path, caller }: OwnService): Promise<Survey> {
  const core = config.makeApiClient(CoreV1Api)
  const found = await core.readNamespacedService({ namespace, name: service }).catch(unlessGone)
  if (found === undefined) {
    const { items } = await core.listNamespacedService({ namespace })
    throw new UsageError(`there is no Service ${service} in ${namespace}${suggestion(service, namesOf(items))}`)
  }
  const chosen = portOf(`${namespace}/${service}`, found.spec?.ports ?? [], port)
  const at: Destination = { namespace, service, port: chosen.port }
  const callerWorkload = workloadNamed(caller, namespace)
  const known = pods(config)
  const labels = await known.labelsOf(callerWorkload).catch(async () => {
    const { items } = await config.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace: callerWorkload.namespace })
    throw new UsageError(
      `there is no workload or Service ${callerWorkload.name} in ${callerWorkload.namespace}${suggestion(callerWorkload.name, namesOf(items))}`,
    )
  })
  const [callers, callerPods, destinationPods, rules, routes, mesh, ambientNamespaces] = await Promise.all([
    known.replicas(callerWorkload),
    podsWith(core, callerWorkload.namespace, labels),
    podsWith(core, namespace, found.spec?.selector ?? {}),
    policies(config, 'DestinationRule'),
    policies(config, 'VirtualService'),
    meshConfig(core),
    ambientOf(core, [namespace, callerWorkload.namespace]),
  ])
  const all = [...rules, ...routes]
  const { subset } = routeInForce({ destination: at, caller: callerWorkload, policies: all, request: { method: 'GET', path } })
  const destination: Destination = { ...at, ...(subset !== undefined && { subset }) }
  const hosts = await known.hosts(destination, subsetLabels(rules, destination))
  return {
    callerWorkload,
    destination,
    port: { ...(chosen.name && { name: chosen.name }), ...(chosen.appProtocol && { appProtocol: chosen.appProtocol }) },
    caller: { namespace: callerWorkload.namespace, labels, replicas: callers.length },
    hosts: hosts.length,
    callerPods,
    destinationPods,
    policies: all,
    ambientNamespaces,
    ...mesh,
  }
}

const suggestion = (name: string, known: readonly string[]): string => {
  const near = nearest(name, known)
  if (near !== undefined) return `; did you mean ${near}?`
  return known.length === 0 ? '; that namespace has none' : `; there are: ${known.join(', ')}`
}

const namesOf = (items: readonly { readonly metadata?: { readonly name?: string } }[]): string[] =>
  items.flatMap(({ metadata }) => metadata?.name ?? [])

/** `productpage`, or `web/productpage` of another namespace. */
function workloadNamed(text: string, namespace: string): Workload {
  const [first = '', second] = text.split('/')
  return second === undefined ? { namespace, name: first } : { namespace: first, name: second }
}

/** @throws UsageError when it cannot be told which port is meant */
export function portOf(service: string, ports: readonly V1ServicePort[], wanted?: number): V1ServicePort {
  const numbers = ports.map(({ port }) => port).join(', ')
  const found =
    wanted === undefined
      ? (ports.find(isNamedHttp) ?? (ports.length === 1 ? ports[0] : undefined))
      : ports.find(({ port }) => port === wanted)
  if (found !== undefined) return found
  if (ports.length === 0) throw new UsageError(`the Service ${service} has no port`)
  if (wanted !== undefined) throw new UsageError(`the Service ${service} has no port ${wanted}; it has: ${numbers}`)
  throw new UsageError(`none of the ports of the Service ${service} is called http: name one of ${numbers} with --port`)
}

async function podsWith(core: CoreV1Api, namespace: string, labels: Readonly<Record<string, string>>): Promise<V1Pod[]> {
  const entries = Object.entries(labels)
  if (entries.length === 0) return []
  const labelSelector = entries.map(([key, value]) => `${key}=${value}`).join(',')
  const { items } = await core.listNamespacedPod({ namespace, labelSelector })
  return items.filter(({ metadata }) => !metadata?.deletionTimestamp)
}

/** Which of these namespaces put their pods into ambient mode. Who may not read namespaces learns it from the pods alone. */
async function ambientOf(core: CoreV1Api, namespaces: readonly string[]): Promise<string[]> {
  const found = await Promise.all([...new Set(namespaces)].map((name) => core.readNamespace({ name }).catch(() => undefined)))
  return found.flatMap((one) => (one?.metadata?.labels?.[dataplaneMode] === 'ambient' ? (one.metadata.name ?? []) : []))
}

async function policies(config: KubeConfig, kind: string): Promise<PolicyObject[]> {
  const api = KubernetesObjectApi.makeApiClient(config)
  const found = await api.list<PolicyObject & { metadata: { name: string } }>(versionOf(kind), kind).catch(unlessGone)
  if (found === undefined) throw new UsageError(`this cluster has no Istio: it knows no ${kind}`)
  return found.items.map((item) => ({ ...item, kind, apiVersion: versionOf(kind) }))
}

/** What Istio is told of the whole mesh, where it is installed as usual. */
async function meshConfig(core: CoreV1Api): Promise<Pick<Plan, 'rootNamespace' | 'meshUpgradesToHttp2'>> {
  const found = await core.readNamespacedConfigMap({ namespace: 'istio-system', name: 'istio' }).catch(unlessGone)
  const mesh = (parse(found?.data?.mesh ?? '') ?? {}) as { rootNamespace?: string; h2UpgradePolicy?: string }
  return {
    ...(mesh.rootNamespace && { rootNamespace: mesh.rootNamespace }),
    ...(mesh.h2UpgradePolicy && { meshUpgradesToHttp2: mesh.h2UpgradePolicy === 'UPGRADE' }),
  }
}
