import type { Instance } from './input.ts'
import { portProtocol } from './port-protocol.ts'
import { ManifestError, type Manifests } from './read-manifests.ts'
import type { DestinationRule } from './resources/destination-rule.ts'
import type { VirtualService } from './resources/virtual-service.ts'
import type { Deployment, Service } from './resources/workloads.ts'

/** One Service of the mesh with all that policy says of it: what istiod knows after joining its watches. */
export interface MeshService {
  /** `catalog.breakwater.svc.cluster.local` */
  readonly host: string
  readonly port: number
  /** Istio looks at the traffic of a port whose name does not say what it speaks. */
  readonly protocol: 'http' | 'sniffed'
  /** Of the pod, not of the replica on this machine. */
  readonly targetPort: number
  readonly endpoints: readonly LabelledInstance[]
  readonly rule?: DestinationRule
  readonly route?: VirtualService
}

export interface LabelledInstance extends Instance {
  readonly labels: Readonly<Record<string, string>>
}

/** A host name as resources of a namespace may write it → the full one. */
export const fullHost = (host: string, namespace = 'default'): string =>
  host.includes('.') ? host : `${host}.${namespace}.svc.cluster.local`

export const selects = (selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value)

/**
 * Joins Services with their endpoints, DestinationRule and VirtualService, as a proxy of one namespace sees them.
 * @param viewer namespace of the proxy
 * @throws ManifestError when policy names a host that no Service has, or speaks of one twice
 */
export function meshServices(manifests: Manifests, instances: readonly Instance[], viewer: string): MeshService[] {
  const faults: string[] = []
  const endpoints = placedInstances(manifests, instances)
  faults.push(...strayPods(manifests))
  const hosts = new Set(manifests.services.map(hostOf))
  const rules = byHost(manifests.destinationRules, (rule) => [rule.spec.host], hosts, faults)
  const routes = byHost(manifests.virtualServices, (route) => route.spec.hosts, hosts, faults)
  const services = manifests.services.flatMap((service): MeshService[] => {
    const host = hostOf(service)
    const namespace = namespaceOf(service)
    const port = portOf(service, manifests.deployments)
    if (typeof port === 'string') faults.push(port)
    if (typeof port === 'string') return []
    const rule = ruleFor(viewer, namespace, rules.get(host) ?? [])
    const route = routes.get(host)?.[0]
    return [
      {
        host,
        ...port,
        endpoints: endpoints.filter((endpoint) => endpoint.namespace === namespace && selects(service.spec.selector, endpoint.labels)),
        ...(rule && { rule }),
        ...(route && { route }),
      },
    ]
  })
  if (faults.length > 0) throw new ManifestError(faults)
  return services
}

/** The namespace of an object that names none, as kubectl would choose it. */
export const namespaceOf = ({ metadata }: { readonly metadata: { readonly namespace?: string } }): string => metadata.namespace ?? 'default'

const hostOf = (service: Service): string => fullHost(service.metadata.name, namespaceOf(service))

interface PlacedInstance extends LabelledInstance {
  readonly namespace: string
}

/** @throws ManifestError for an instance of no Deployment, or of two */
function placedInstances(manifests: Manifests, instances: readonly Instance[]): PlacedInstance[] {
  const { deployments } = manifests
  const pods = Map.groupBy(deployments, ({ metadata }) => metadata.name)
  return instances.map((instance) => {
    const [deployment, other] = pods.get(instance.workload) ?? []
    if (!deployment) throw new ManifestError([`No Deployment is named ${instance.workload}, but an instance of it was given.`])
    if (other) {
      throw new ManifestError([
        `Deployment ${instance.workload}: is in ${namespaceOf(deployment)} and in ${namespaceOf(other)}. The laptop tells workloads apart by name alone.`,
      ])
    }
    const name = `${instance.workload}-${instance.replica}`
    return { ...instance, labels: podLabels(deployment, name, manifests), namespace: namespaceOf(deployment) }
  })
}

/** What the pod of this name is labelled with: by its Deployment's template, and by itself. */
export function podLabels(deployment: Deployment, name: string, { pods }: Manifests): Readonly<Record<string, string>> {
  const own = pods.find((pod) => pod.metadata.name === name && namespaceOf(pod) === namespaceOf(deployment))
  return { ...deployment.spec.template.metadata.labels, ...own?.metadata.labels }
}

/** Pods that no Deployment here could have: their labels would be for nobody. */
const strayPods = ({ pods, deployments }: Manifests): string[] =>
  pods
    .filter(
      (pod) =>
        !deployments.some(
          (deployment) =>
            namespaceOf(deployment) === namespaceOf(pod) && pod.metadata.name.replace(/-\d+$/, '') === deployment.metadata.name,
        ),
    )
    .map(({ metadata }) => `Pod ${metadata.name}: no Deployment has replicas of this name.`)

/** @returns a sentence when the port leads nowhere */
function portOf(service: Service, deployments: readonly Deployment[]): Pick<MeshService, 'port' | 'protocol' | 'targetPort'> | string {
  const fault = `Service ${service.metadata.name}:`
  const [only] = service.spec.ports
  const protocol = only && portProtocol(only)
  if (!only || !protocol) return `${fault} exactly one port is supported, and only HTTP.`
  const { port, targetPort = port } = only
  if (typeof targetPort === 'number') return { port, protocol, targetPort }
  const named = deployments
    .filter(
      (deployment) =>
        namespaceOf(deployment) === namespaceOf(service) && selects(service.spec.selector, deployment.spec.template.metadata.labels),
    )
    .flatMap(({ spec }) => spec.template.spec.containers.flatMap(({ ports = [] }) => ports))
    .find(({ name }) => name === targetPort)
  return named ? { port, protocol, targetPort: named.containerPort } : `${fault} no container of its pods has a port named ${targetPort}.`
}

type Policy = DestinationRule | VirtualService

/** Policies by the host they speak for. Istio would merge two of one namespace; which of them wins is then hard to say, so there is one. */
function byHost<P extends Policy>(
  policies: readonly P[],
  hostsOf: (policy: P) => readonly string[],
  known: ReadonlySet<string>,
  faults: string[],
): Map<string, P[]> {
  const found = new Map<string, P[]>()
  for (const policy of policies) {
    const { kind, metadata } = policy
    for (const host of hostsOf(policy).map((name) => fullHost(name, namespaceOf(policy)))) {
      const others = found.get(host) ?? []
      // A route holds for callers of every namespace, a rule for those of its own first.
      const other = others.find((one) => kind === 'VirtualService' || namespaceOf(one) === namespaceOf(policy))
      if (!known.has(host)) faults.push(`${kind} ${metadata.name}: no Service has the host ${host}.`)
      else if (other) faults.push(`${kind} ${metadata.name}: ${other.metadata.name} speaks for ${host} already. Keep one.`)
      else found.set(host, [...others, policy])
    }
  }
  return found
}

/** Where Istio keeps what holds for the whole mesh. */
const rootNamespace = 'istio-system'

/** The caller's own rule, else the destination's, else the mesh's (istio/istio `pilot/pkg/model/push_context.go`, destinationRule). */
const ruleFor = (viewer: string, destination: string, rules: readonly DestinationRule[]): DestinationRule | undefined =>
  [viewer, destination, rootNamespace].flatMap((namespace) => rules.filter((rule) => namespaceOf(rule) === namespace))[0]
