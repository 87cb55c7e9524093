import type { KubernetesObject } from '@kubernetes/client-node'
import { namespace } from '../../../services/shared/contracts/topology.ts'
import type { DestinationRule, VirtualService } from '../../cluster/change-policy.ts'

export interface AccessRule extends KubernetesObject {
  readonly spec: { readonly [field: string]: unknown }
}

/** All policy of one destination. */
export interface Policies {
  readonly breaker: DestinationRule
  readonly route: VirtualService
  readonly access: AccessRule
}

/** The same policies for another destination, so that two differ in nothing but who answers. */
export function policiesFor(
  app: string,
  { breaker, route, access }: Policies,
  labels: Readonly<Record<string, string>>,
): KubernetesObject[] {
  const host = `${app}.${namespace}.svc.cluster.local`
  const named = ({ apiVersion = '', kind = '' }: KubernetesObject) => ({
    apiVersion,
    kind,
    metadata: { name: app, namespace, labels: { ...labels } },
  })
  const http = route.spec.http.map((one) => ({ ...one, route: one.route?.map((target) => ({ ...target, destination: { host } })) }))
  const objects: (KubernetesObject & { spec: object })[] = [
    { ...named(breaker), spec: { ...breaker.spec, host } },
    { ...named(route), spec: { ...route.spec, hosts: [host], http } },
    { ...named(access), spec: { ...access.spec, selector: { matchLabels: { app } } } },
  ]
  return objects
}
