/** One replica of a workload with the proxy beside it. */
export interface Replica {
  readonly namespace: string
  readonly workload: string
  /** `catalog-0` on the laptop, the pod's name in a cluster. */
  readonly name: string
}

/** A replica as one of the hosts of a destination. */
export interface Host extends Replica {
  /** `ip:port` by which callers' proxies know it. */
  readonly address: string
  /** Port of its app that the destination leads to; names the cluster from its proxy to its app. */
  readonly targetPort: number
}

/** Of the proxy's admin interface, the app, what controls the app in tests and experiments, or the proxy's for what the app sends. */
export type ReplicaPort = 'admin' | 'app' | 'control' | 'outbound'
