/** A Deployment, StatefulSet or DaemonSet, by its name: who calls, or whose replicas are broken. */
export interface Workload {
  readonly namespace: string
  readonly name: string
}

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

/** Istio's name for the cluster that leads from a proxy to its own app. */
export const inboundCluster = ({ targetPort }: { readonly targetPort: number }): string => `inbound|${targetPort}||`
