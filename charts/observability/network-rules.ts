import type { k8s } from 'cdk8s-plus-27'
import { namespaced, port } from '../../cdk8s/constructs/network.ts'
import type { Observability } from '../../cdk8s/settings/settings.ts'
import { observabilityNamespace, telemetryServices } from '../../services/shared/contracts/deployment.ts'

type Service = keyof typeof telemetryServices

/** Pods of one of ours, as those in the same namespace see them. */
const pods = (service: Service): k8s.NetworkPolicyPeer => ({ podSelector: { matchLabels: { app: telemetryServices[service].name } } })

export const from = (service: Service, ...ports: readonly number[]): k8s.NetworkPolicyIngressRule => ({
  from: [pods(service)],
  ports: ports.map((number) => port(number)),
})

export const to = (service: Service, ...ports: readonly number[]): k8s.NetworkPolicyEgressRule => ({
  to: [pods(service)],
  ports: ports.map((number) => port(number)),
})

/** The same from another namespace. */
export const toForeign = (service: Service, ...ports: readonly number[]): k8s.NetworkPolicyEgressRule => ({
  to: [namespaced(observabilityNamespace, { app: telemetryServices[service].name })],
  ports: ports.map((number) => port(number)),
})

/** The API server has no pods that a policy could name. */
export const toApiServer = ({ apiServer }: Observability): k8s.NetworkPolicyEgressRule => ({
  to: [{ ipBlock: { cidr: apiServer.network } }],
  ports: [port(apiServer.port)],
})
