import { hostName, type Workload } from '../destination.ts'
import type { PolicyObject } from '../policy-object.ts'
import { byAge, covers, isVisible, namespaceOf, resolvedHost, titleOf } from './host.ts'
import type { Situation } from './situation.ts'

export interface Retries {
  readonly attempts?: number
  readonly perTryTimeout?: string
  readonly retryOn?: string
}

interface StringMatch {
  readonly exact?: string
  readonly prefix?: string
  /** RE2, which has no reader here. */
  readonly regex?: string
}

interface HttpRoute {
  readonly match?: readonly { readonly uri?: StringMatch; readonly method?: StringMatch; readonly [other: string]: unknown }[]
  readonly route?: readonly { readonly destination?: { readonly host?: string; readonly subset?: string } }[]
  readonly timeout?: string
  readonly retries?: Retries
}

interface RouteSpec {
  readonly hosts?: readonly string[]
  readonly gateways?: readonly string[]
  readonly exportTo?: readonly string[]
  readonly http?: readonly HttpRoute[]
}

/** What becomes of a call; all undefined when no VirtualService says anything. */
export interface RouteInForce {
  /** `VirtualService shop/reviews: spec.http[0]`, or where one would have to be. */
  readonly field: string
  readonly timeout?: string | undefined
  /** Undefined: Istio's default, two retries of what reached no app. */
  readonly retries?: Retries | undefined
  /** The object, and which of its `http` entries; undefined when no VirtualService has one for the call. */
  readonly entry?: { readonly kind: string; readonly namespace: string; readonly name: string; readonly index: number } | undefined
  /** Of the destination, when the route names one. */
  readonly subset?: string | undefined
}

/**
 * The route that a call from the caller takes through its own proxy. Of several VirtualServices for one host a sidecar takes the one that was created
 * first. Conditions on anything but method and path, and regular expressions, are taken as not met.
 */
export function routeInForce({
  destination,
  caller,
  policies,
  request = { method: 'GET', path: '/' },
}: Pick<Situation, 'destination' | 'policies' | 'request'> & { readonly caller: Pick<Workload, 'namespace'> }): RouteInForce {
  const service = hostName(destination)
  const found = policies.filter((object) => object.kind === 'VirtualService' && isFor(object, service, caller.namespace)).sort(byAge)[0]
  const none = { field: `VirtualService ${destination.namespace}/${destination.service}: spec.http` }
  if (found === undefined) return none
  const { http = [] } = specOf(found)
  const index = http.findIndex(({ match }) => takes(match, request))
  const route = http[index]
  if (route === undefined) return { field: `${titleOf(found)}: spec.http` }
  const { timeout, retries, route: destinations = [] } = route
  const subset = destinations.find(({ destination: to }) => to?.host !== undefined && resolvedHost(to.host, namespaceOf(found)) === service)
    ?.destination?.subset
  return {
    field: `${titleOf(found)}: spec.http[${index}]`,
    timeout,
    retries,
    subset,
    entry: { kind: found.kind, namespace: namespaceOf(found), name: found.metadata.name, index },
  }
}

const specOf = (object: PolicyObject): RouteSpec => object.spec

function isFor(object: PolicyObject, service: string, caller: string): boolean {
  const { hosts = [], gateways = ['mesh'], exportTo = [] } = specOf(object)
  const namespace = namespaceOf(object)
  return (
    gateways.includes('mesh') &&
    isVisible(exportTo, namespace, caller) &&
    hosts.some((host) => covers(resolvedHost(host, namespace), service))
  )
}

function takes(conditions: HttpRoute['match'] = [], { method, path }: { readonly method: string; readonly path: string }): boolean {
  return (
    conditions.length === 0 ||
    conditions.some(
      ({ name: _, uri, method: ofMethod, ...others }) =>
        Object.keys(others).length === 0 && isMatch(uri, path) && isMatch(ofMethod, method),
    )
  )
}

const isMatch = ({ exact, prefix, regex }: StringMatch = {}, text: string): boolean =>
  (exact === undefined || exact === text) && (prefix === undefined || text.startsWith(prefix)) && regex === undefined
