import { outboundCluster } from './clusters.ts'
import { protoDuration } from './duration.ts'
import { headerOperations } from './header-operations.ts'
import type { Json } from './input.ts'
import { ManifestError } from './read-manifests.ts'
import { fullHost, type MeshService } from './registry.ts'
import type { Destination, HttpRoute, VirtualService } from './resources.ts'
import { retryPolicy } from './retries.ts'
import { matchesAll, routeMatch } from './route-match.ts'

/** Name of the outbound route configuration: Istio's is the port that callers dial. */
export const outboundRoutes = '80'

/** All Services → one route configuration that tells them apart by Host; who is none of them is answered 502 (Istio's REGISTRY_ONLY). */
export function routeConfiguration(services: readonly MeshService[]): Json {
  return {
    '@type': 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
    name: outboundRoutes,
    virtual_hosts: [
      ...services.map((service) => ({
        name: `${service.host}:${service.port}`,
        domains: domains(service.host),
        routes: routesOf(service, services),
        include_request_attempt_count: true,
      })),
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

/** `catalog`, `catalog.breakwater`, `catalog.breakwater.svc` and the full name, as resolvers in a pod complete them. */
function domains(host: string): string[] {
  const [name, namespace] = host.split('.')
  return [host, `${host}.`, `${name}`, `${name}.${namespace}`, `${name}.${namespace}.svc`]
}

function routesOf({ host, port, route }: MeshService, services: readonly MeshService[]): Json[] {
  if (!route) return [{ name: 'default', match: { prefix: '/' }, route: { cluster: outboundCluster(host, port), ...behaviour({}) } }]
  const routes = route.spec.http.flatMap((http) => httpRoutes(http, route, services))
  const last = routes.findIndex(({ match }) => matchesAll(match))
  return last < 0 ? routes : routes.slice(0, last + 1)
}

function httpRoutes(http: HttpRoute, virtualService: VirtualService, services: readonly MeshService[]): (Json & { match: Json })[] {
  const rewrite = http.rewrite ?? {}
  const [only, ...others] = http.route
  const action = {
    ...clusterChoice(http.route, virtualService, services),
    ...behaviour(http),
    ...(rewrite.uri && { prefix_rewrite: rewrite.uri }),
    ...(rewrite.authority && { host_rewrite_literal: rewrite.authority }),
  }
  return (http.match ?? [undefined]).map((match) => ({
    name: [http.name, match?.name].filter(Boolean).join('.'),
    match: routeMatch(match),
    route: action,
    ...headerOperations(http.headers, others.length === 0 ? only?.headers : undefined),
  }))
}

/** Without a timeout Istio means none, where Envoy would mean 15 s. */
function behaviour({ timeout = '0s', retries }: Pick<HttpRoute, 'timeout' | 'retries'>): Json {
  const policy = retryPolicy(retries)
  return { timeout: protoDuration(timeout), ...(policy && { retry_policy: policy }) }
}

/** A single destination needs no weight; among several, those without one get nothing. */
function clusterChoice(route: HttpRoute['route'], virtualService: VirtualService, services: readonly MeshService[]): Json {
  const clusters = route.map(({ destination, weight = 0, headers }) => ({
    name: destinationCluster(destination, virtualService, services),
    weight,
    ...headerOperations(headers),
  }))
  const [only, ...others] = clusters
  if (only && others.length === 0) return { cluster: only.name }
  return { weighted_clusters: { clusters: clusters.filter(({ weight }) => weight > 0) } }
}

/** @throws ManifestError for a destination that exists nowhere: in a cluster its callers would get 503 for ever */
function destinationCluster({ host, subset, port }: Destination, { metadata }: VirtualService, services: readonly MeshService[]): string {
  const full = fullHost(host, metadata.namespace)
  const service = services.find((candidate) => candidate.host === full)
  const fault = (text: string) => new ManifestError(`VirtualService ${metadata.name}: ${text}`)
  if (!service) throw fault(`no Service has the destination host ${full}.`)
  if (port && port.number !== service.port) throw fault(`${full} has no port ${port.number}.`)
  if (subset && !service.rule?.spec.subsets?.some(({ name }) => name === subset))
    throw fault(`no DestinationRule of ${full} has a subset ${subset}.`)
  return outboundCluster(full, service.port, subset)
}
