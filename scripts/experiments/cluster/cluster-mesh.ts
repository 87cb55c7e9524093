import { CoordinationV1Api, type KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node'
import type { Replica } from '../../access/replica.ts'
import type { PodTunnels } from '../../cluster/pod-tunnels.ts'
import { proxyAdminPort } from '../../cluster/proxy-admin.ts'
import { envoyAdmin } from '../../envoy-admin/admin.ts'
import { listenerNames } from '../../envoy-admin/config.ts'
import { wholeConfig } from '../../envoy-admin/config-dump.ts'
import { nothingToDo } from '../core/action.ts'
import { hostName } from '../core/destination.ts'
import { subsetLabels } from '../core/explain/subset-labels.ts'
import { leaseLock } from '../core/lease-lock.ts'
import type { Target } from '../core/target.ts'
import { clusterPolicy } from './cluster-policy.ts'
import { clusterReplicas } from './cluster-replicas.ts'
import { hasInboundFault, inboundFaultSpec } from './inbound-fault.ts'
import { labelsOfOnly } from './labels-of-only.ts'
import { outboundConnectionManager, outboundListenerName, outboundListenerPort, outboundListenerSpec } from './outbound-listener.ts'
import { podLocalities } from './pod-localities.ts'
import { pods } from './pods.ts'
import { leftFilters, temporaryFilter } from './temporary-filter.ts'

export interface ClusterMesh {
  readonly config: KubeConfig
  readonly tunnels: PodTunnels
  /** Namespaces that a run may change something in; the lock is a Lease in the first. */
  readonly namespaces: readonly [string, ...string[]]
  /** Name of the kind cluster: there, replicas can be paused on their node. */
  readonly kind?: string
}

const adminWithinMs = 15_000

/** Any namespaces of a cluster with sidecars, reached through the API server. It adds what experiments need, and removes it. */
export function clusterMesh({ config, tunnels, namespaces, kind }: ClusterMesh): Target {
  const api = KubernetesObjectApi.makeApiClient(config)
  const found = pods(config)
  const { changed, all, ...policy } = clusterPolicy(config, namespaces)
  const { chosen, setLocality } = podLocalities(config, namespaces)
  const { left, ...acting } = clusterReplicas(config, { namespaces, ...(kind !== undefined && { kind }) })
  const admin: Target['admin'] = ({ namespace, name }) =>
    envoyAdmin(`the proxy of ${name}`, () => tunnels.to({ namespace, pod: name, port: proxyAdminPort }), adminWithinMs)
  const configOf = (replica: Parameters<Target['admin']>[0]) => wholeConfig(admin(replica))
  return {
    name: 'cluster',
    replicas: found.replicas,
    hosts: async (destination) =>
      found.hosts(destination, destination.subset === undefined ? {} : subsetLabels(await all('DestinationRule'), destination)),
    proxies: async () => (await Promise.all(namespaces.map(found.proxies))).flat(),
    admin,
    outbound: async ({ namespace, name }, destination) => ({
      origin: `http://127.0.0.1:${await tunnels.to({ namespace, pod: name, port: outboundListenerPort })}`,
      host: hostName(destination),
    }),
    openOutbound: async (caller, destination) => {
      const [labels, replicas] = await Promise.all([found.labelsOf(caller), found.replicas(caller)])
      const [first] = replicas
      if (first === undefined) throw new Error(`${caller.namespace}/${caller.name} has no pod that is ready`)
      const connectionManager = outboundConnectionManager(await configOf(first), destination)
      if (connectionManager === undefined)
        throw new Error(`the proxy of ${first.name} has no HTTP route to ${hostName(destination)}, port ${destination.port}`)
      return temporaryFilter(api, {
        namespace: caller.namespace,
        name: `breakwater-outbound-${caller.name}`,
        spec: outboundListenerSpec(labels, connectionManager),
        inForce: () => Promise.all(replicas.map(async (one) => (await listenerNames(admin(one))).includes(outboundListenerName))),
      })
    },
    openFaults: async (destination) => {
      const hosts = await found.hosts(destination)
      const isThere = await Promise.all(hosts.map(async (host) => hasInboundFault(await configOf(host))))
      const [having, lacking] = [hosts.filter((_, index) => isThere[index]), hosts.filter((_, index) => !isThere[index])]
      if (lacking.length === 0) return nothingToDo
      // A second filter in a proxy would delay each request twice.
      const labels =
        having.length === 0
          ? await found.labelsBehind(destination)
          : labelsOfOnly(await Promise.all(lacking.map(found.labelsOn)), await Promise.all(having.map(found.labelsOn)))
      const names = (some: readonly Replica[]) => some.map(({ name }) => name).join(', ')
      if (labels === undefined)
        throw new Error(
          `${names(having)} can be told to fail already, ${names(lacking)} cannot, and no label tells them apart: an EnvoyFilter must add the fault filter to all of them or to none`,
        )
      const inForce = () => Promise.all(lacking.map(async (host) => hasInboundFault(await configOf(host))))
      return temporaryFilter(api, {
        namespace: destination.namespace,
        name: `breakwater-fault-${destination.service}`,
        spec: inboundFaultSpec(labels),
        inForce,
      })
    },
    declared: async (caller, destination) => {
      const [rules, routes, port, callerLabels] = await Promise.all([
        all('DestinationRule'),
        all('VirtualService'),
        found.portOf(destination),
        found.labelsOf(caller),
      ])
      return { policies: [...rules, ...routes], port, callerLabels }
    },
    ...policy,
    ...acting,
    setLocality,
    orphans: async () => (await Promise.all([changed(), leftFilters(api, namespaces), left(), chosen()])).flat(),
    lock: () => leaseLock(config.makeApiClient(CoordinationV1Api), { namespace: namespaces[0], name: 'breakwater-experiments' }),
    close: () => tunnels.close(),
  }
}
