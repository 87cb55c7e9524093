import { outboundCluster } from './clusters.ts'
import { protoDuration } from './duration.ts'
import { routeFault } from './fault-filter.ts'
import { authorityOf, headerOperations } from './header-operations.ts'
import type { Json } from './input.ts'
import { ManifestError } from './read-manifests.ts'
import { fullHost, type MeshService, namespaceOf } from './registry.ts'
import type { Destination, HttpRoute, VirtualService } from './resources/virtual-service.ts'
import { retryPolicy } from './retries.ts'
import { matchesAll, routeMatch } from './route-match.ts'

/** Name of the outbound route configuration: Istio's is the port that callers dial. */
export const outboundRoutes = '80'

/**
 * All Services → one route configuration that tells them apart by Host; who is none of them is answered 502 (Istio's REGISTRY_ONLY).
 * @param viewer namespace of the proxy
 * @throws ManifestError for destinations that exist nowhere: in a cluster their callers would get 503 for ever
 */
export function routeConfiguration(services: readonly MeshService[], viewer: string): Json {
  const faults: string[] = []
  const virtualHosts = services.map((service) => ({
    name: `${service.host}:${service.port}`,
    domains: domains(service.host, viewer),
    routes: routesOf(service, services, faults),
    include_request_attempt_count: true,
  }))
  if (faults.length > 0) throw new ManifestError(faults)
  return {
    '@type': 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
    name: outboundRoutes,
    virtual_hosts: [
      ...virtualHosts,
      {
        name: 'block_all',
        domains: ['*'],
        routes: [{ name: 'block_all', match: { prefix: '/' }, direct_response: { status: 502 } }],
        include_request_attempt_count: true,
      },
    ],
    validate_clusters: false,
    ignore_port_in_host_matching: true,
  }
}

/** `catalog`, `catalog.breakwater`, `catalog.breakwater.svc` and the full name, as resolvers in a pod complete them: the first within a namespace only. */
function domains(host: string, viewer: string): string[] {
  const [name, namespace] = host.split('.')
  return [host, `${host}.`, ...(namespace === viewer ? [`${name}`] : []), `${name}.${namespace}`, `${name}.${namespace}.svc`]
}

function routesOf({ host, port, route }: MeshService, services: readonly MeshService[], faults: string[]): Json[] {
  if (!route) return [{ name: 'default', match: { prefix: '/' }, route: { cluster: outboundCluster(host, port), ...behaviour({}) } }]
  const routes = route.spec.http.flatMap((http) => httpRoutes(http, route, services, faults))
  const last = routes.findIndex(({ match }) => matchesAll(match))
  return last < 0 ? routes : routes.slice(0, last + 1)
}

function httpRoutes(
  http: HttpRoute,
  virtualService: VirtualService,
  services: readonly MeshService[],
  faults: string[],
): (Json & { match: Json })[] {
  const [first, ...others] = http.route
  // Of several destinations each has its own in the split.
  const only = others.length === 0 ? first?.headers : undefined
  const authority = http.rewrite?.authority || authorityOf(http.headers) || authorityOf(only)
  const action = {
    ...clusterChoice(http.route, (destination) => destinationCluster(destination, virtualService, services, faults)),
    ...behaviour(http),
    ...(http.rewrite?.uri && { prefix_rewrite: http.rewrite.uri }),
    ...(authority && { host_rewrite_literal: authority }),
  }
  // An empty list of matches is none: everything matches.
  const matches = http.match?.length ? http.match : [undefined]
  return matches.map((match) => ({
    name: [http.name, match?.name].filter(Boolean).join('.'),
    match: routeMatch(match),
    route: action,
    ...headerOperations(http.headers, only),
    ...(http.fault && { typed_per_filter_config: routeFault(http.fault) }),
  }))
}

/** Without a timeout Istio means none, where Envoy would mean 15 s. */
function behaviour({ timeout = '0s', retries }: Pick<HttpRoute, 'timeout' | 'retries'>): Json {
  const policy = retryPolicy(retries)
  return { timeout: protoDuration(timeout), ...(policy && { retry_policy: policy }) }
}

/** A single destination needs no weight; among several, those without one get nothing. */
function clusterChoice(route: HttpRoute['route'], clusterOf: (destination: Destination) => string): Json {
  const clusters = route.map(({ destination, weight = 0, headers }) => {
    const authority = authorityOf(headers)
    return {
      name: clusterOf(destination),
      weight,
      ...headerOperations(headers),
      ...(authority && { host_rewrite_literal: authority }),
    }
  })
  const [only, ...others] = clusters
  if (only && others.length === 0) return { cluster: only.name }
  return { weighted_clusters: { clusters: clusters.filter(({ weight }) => weight > 0) } }
}

/** Puts a destination that exists nowhere among `faults`. */
function destinationCluster(
  { host, subset, port }: Destination,
  virtualService: VirtualService,
  services: readonly MeshService[],
  faults: string[],
): string {
  const full = fullHost(host, namespaceOf(virtualService))
  const service = services.find((candidate) => candidate.host === full)
  const fault = (text: string) => faults.push(`VirtualService ${virtualService.metadata.name}: ${text}`)
  if (!service) fault(`no Service has the destination host ${full}.`)
  else if (port && port.number !== service.port) fault(`${full} has no port ${port.number}.`)
  else if (subset && !service.rule?.spec.subsets?.some(({ name }) => name === subset))
    fault(`no DestinationRule of ${full} has a subset ${subset}.`)
  return outboundCluster(full, service?.port ?? 0, subset)
}
