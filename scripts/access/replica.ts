/** One replica of a workload with the proxy beside it. */
export interface Replica {
  readonly workload: string
  /** `catalog-0` on the laptop, the pod's name in a cluster. */
  readonly name: string
  /** `ip:port` by which callers' proxies know it. */
  readonly address: string
}

/** Of the proxy's admin interface, the app, or what controls the app in tests and experiments. */
export type ReplicaPort = 'admin' | 'app' | 'control'
