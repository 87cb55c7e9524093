import { hostName } from '../destination.ts'
import type { PolicyObject } from '../policy-object.ts'

export const namespaceOf = ({ metadata: { namespace } }: PolicyObject): string => (typeof namespace === 'string' ? namespace : 'default')

/** `DestinationRule shop/reviews`: how a person finds it. */
export const titleOf = (object: PolicyObject): string => `${object.kind} ${namespaceOf(object)}/${object.metadata.name}`

/**
 * A host as istiod reads it: a name without a dot belongs to the namespace of the object that says it, and a name with one is taken as it is, so that
 * `reviews.shop` is no service (istio/istio `pilot/pkg/model/config.go`, ResolveShortnameToFQDN).
 */
export const resolvedHost = (host: string, namespace: string): string =>
  host === '*' || host.includes('.') ? host : hostName({ service: host, namespace })

/** `*.shop.svc.cluster.local` covers all hosts that end so. */
export const covers = (host: string, service: string): boolean =>
  host === service || (host.startsWith('*') && service.endsWith(host.slice(1)))

/** When istiod has to choose, the object that was created first comes first, then the name decides. */
export const byAge = (one: PolicyObject, other: PolicyObject): number =>
  createdAt(one) - createdAt(other) || one.metadata.name.localeCompare(other.metadata.name)

/** Milliseconds since the epoch: a client of Kubernetes gives a text or a Date. */
function createdAt({ metadata: { creationTimestamp: at } }: PolicyObject): number {
  return typeof at === 'string' || at instanceof Date ? new Date(at).getTime() : 0
}

/** `exportTo`: whether callers of a namespace see an object of another one. @param exportTo empty means everybody */
export const isVisible = (exportTo: readonly string[], owner: string, namespace: string): boolean =>
  exportTo.length === 0 || exportTo.includes('*') || exportTo.includes(namespace) || (owner === namespace && exportTo.includes('.'))
