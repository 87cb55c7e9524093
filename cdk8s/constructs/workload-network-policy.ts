import { k8s } from 'cdk8s-plus-27'
import { Construct } from 'constructs'
import {
  dataNamespace,
  istioNamespace,
  observabilityNamespace,
  podMetrics,
  type Store,
  storePorts,
  telemetryServices,
} from '../../services/shared/contracts/deployment.ts'
import { ports, type WorkloadName, workload } from '../../services/shared/contracts/topology.ts'
import type { ClusterSettings } from '../settings/settings.ts'
import { callersOf, destinationsOf, storesOf } from '../workloads.ts'
import { credentialsEgress } from './kafka-access.ts'
import { namespaced, port } from './network.ts'

/** Opens what the namespace's default denies: exactly the edges of topology that begin or end at one workload. */
export class WorkloadNetworkPolicy extends Construct {
  constructor(scope: Construct, id: string, name: WorkloadName, cluster: ClusterSettings) {
    super(scope, id)
    const pods = (app: string): k8s.NetworkPolicyPeer => ({ podSelector: { matchLabels: { app } } })
    const callers = callersOf(name, cluster).map(pods)
    // mesh/ingress.ts: the gateway is the one workload that the ingress reaches.
    const from = name === 'gateway' ? [namespaced(istioNamespace, { istio: 'ingressgateway' })] : callers
    const destinations = destinationsOf(name, cluster).map(pods)
    const egress = [
      ...(destinations.length > 0 ? [{ to: destinations, ports: [port(ports.app)] }] : []),
      ...storeEgress(storesOf(name, cluster), cluster),
      ...(workload(name).calls.includes('identity') ? toIssuer(cluster) : []),
      ...(cluster.observability ? [toCollector] : []),
    ]
    const ingress = [...(from.length > 0 ? [{ from, ports: [port(ports.app)] }] : []), ...(cluster.observability ? [fromCollector] : [])]
    new k8s.KubeNetworkPolicy(this, 'edges', {
      metadata: { name },
      spec: {
        podSelector: { matchLabels: { app: name } },
        policyTypes: ['Ingress', 'Egress'],
        // An empty list would mean the same as none, but the API server drops it, and every deployment would write it again.
        ...(ingress.length > 0 && { ingress }),
        ...(egress.length > 0 && { egress }),
      },
    })
  }
}

/** Its keys are read over HTTPS. */
const toIssuer = ({ tokenIssuer }: ClusterSettings): k8s.NetworkPolicyEgressRule[] =>
  tokenIssuer ? [{ to: [{ ipBlock: { cidr: tokenIssuer.network } }], ports: [port(443)] }] : []

/** The app and its proxy send spans. */
const toCollector: k8s.NetworkPolicyEgressRule = {
  to: [namespaced(observabilityNamespace, { app: telemetryServices.collector.name })],
  ports: [port(telemetryServices.collector.grpc), port(telemetryServices.collector.http)],
}

/** It reads metrics. */
const fromCollector: k8s.NetworkPolicyIngressRule = {
  from: [namespaced(observabilityNamespace, { app: telemetryServices.collector.name })],
  ports: [port(podMetrics.port)],
}

/** The way from the shop to data stores, ours or managed ones. */
export function storeEgress(used: readonly Store[], cluster: ClusterSettings): k8s.NetworkPolicyEgressRule[] {
  if (cluster.dataStores === 'in-cluster') {
    return used.map((app) => ({ to: [namespaced(dataNamespace, { app })], ports: [port(storePorts[app])] }))
  }
  // Brokers share a network and a port, and a policy knows no hosts: one rule for all of them.
  const managed = new Map(
    cluster.externalStores
      .filter(({ kind }) => used.includes(kind))
      .map((store) => [`${store.network}:${store.port}`, { to: [{ ipBlock: { cidr: store.network } }], ports: [port(store.port)] }]),
  )
  return [...managed.values(), ...(used.includes('kafka') ? credentialsEgress(cluster) : [])]
}
