import type { Instance } from './input.ts'
import { ManifestError, type Manifests } from './read-manifests.ts'
import type { Deployment, DestinationRule, Service, VirtualService } from './resources.ts'

/** One Service of the mesh with all that policy says of it: what istiod knows after joining its watches. */
export interface MeshService {
  /** `catalog.breakwater.svc.cluster.local` */
  readonly host: string
  readonly port: number
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
 * Joins Services with their endpoints, DestinationRule and VirtualService.
 * @throws ManifestError when policy names a host that no Service has, or speaks of one twice
 */
export function meshServices(manifests: Manifests, instances: readonly Instance[]): MeshService[] {
  const pods = new Map(manifests.deployments.map((deployment) => [deployment.metadata.name, deployment]))
  const endpoints = instances.map((instance): LabelledInstance => {
    const labels = pods.get(instance.workload)?.spec.template.metadata.labels
    if (!labels) throw new ManifestError(`No Deployment is named ${instance.workload}, but an instance of it was given.`)
    return { ...instance, labels }
  })
  const hosts = new Set(manifests.services.map(hostOf))
  const rules = byHost(manifests.destinationRules, (rule) => [rule.spec.host], hosts)
  const routes = byHost(manifests.virtualServices, (route) => route.spec.hosts, hosts)
  return manifests.services.map((service) => {
    const host = hostOf(service)
    const rule = rules.get(host)
    const route = routes.get(host)
    const { port, targetPort } = firstPort(service, manifests.deployments)
    return {
      host,
      port,
      targetPort,
      endpoints: endpoints.filter(({ labels }) => selects(service.spec.selector, labels)),
      ...(rule && { rule }),
      ...(route && { route }),
    }
  })
}

const hostOf = ({ metadata }: Service): string => fullHost(metadata.name, metadata.namespace)

/** One port a Service is all that the shop has. */
function firstPort(service: Service, deployments: readonly Deployment[]): { port: number; targetPort: number } {
  const [first, second] = service.spec.ports
  if (!first || second)
    throw new ManifestError(`Service ${service.metadata.name}: exactly one port is supported, it has ${service.spec.ports.length}.`)
  const { port, targetPort = port } = first
  if (typeof targetPort === 'number') return { port, targetPort }
  const named = deployments
    .filter(({ spec }) => selects(service.spec.selector, spec.template.metadata.labels))
    .flatMap(({ spec }) => spec.template.spec.containers.flatMap(({ ports = [] }) => ports))
    .find(({ name }) => name === targetPort)
  if (!named) throw new ManifestError(`Service ${service.metadata.name}: no container of its pods has a port named ${targetPort}.`)
  return { port, targetPort: named.containerPort }
}

type Policy = DestinationRule | VirtualService

function byHost<P extends Policy>(
  policies: readonly P[],
  hostsOf: (policy: P) => readonly string[],
  known: ReadonlySet<string>,
): Map<string, P> {
  const found = new Map<string, P>()
  for (const policy of policies) {
    const { kind, metadata } = policy
    for (const host of hostsOf(policy).map((name) => fullHost(name, metadata.namespace))) {
      if (!known.has(host)) throw new ManifestError(`${kind} ${metadata.name}: no Service has the host ${host}.`)
      const other = found.get(host)
      if (other) throw new ManifestError(`${kind} ${metadata.name}: ${other.metadata.name} speaks for ${host} already. Keep one.`)
      found.set(host, policy)
    }
  }
  return found
}
