/** A Service at one of its ports: what callers' proxies keep a breaker for. */
export interface Destination {
  readonly namespace: string
  readonly service: string
  readonly port: number
  /** A subset of its DestinationRule, when this is about that alone: callers' proxies keep a breaker for each. */
  readonly subset?: string
}

/** The name by which callers know it. */
export const hostName = ({ namespace, service }: Pick<Destination, 'namespace' | 'service'>): string =>
  `${service}.${namespace}.svc.cluster.local`

/** Istio's name for a destination's cluster in a caller's proxy. */
export const outboundCluster = (destination: Destination): string =>
  `outbound|${destination.port}|${destination.subset ?? ''}|${hostName(destination)}`

/** What Istio's name of an outbound cluster says. */
export interface OutboundCluster {
  readonly hostname: string
  readonly port: number
  /** `''` when the cluster is that of the whole Service. */
  readonly subset: string
}

/** `outbound|80|v2|catalog.shop.svc.cluster.local` → its parts; undefined for any other cluster of a proxy. */
export function parseOutboundCluster(name: string): OutboundCluster | undefined {
  const [, port, subset = '', hostname] = /^outbound\|(\d+)\|([^|]*)\|(.+)$/.exec(name) ?? []
  return port === undefined || hostname === undefined ? undefined : { hostname, port: Number(port), subset }
}
