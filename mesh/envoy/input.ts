/** What one sidecar's configuration depends on, and nothing else: the same input renders the same bytes. */
export interface EnvoyInput {
  /** Name of the Deployment whose pod this proxy stands beside. */
  readonly workload: string
  /** `<workload>-<replica>`: the name of its pod. */
  readonly nodeId: string
  /** Kubernetes and Istio objects as read from YAML, in any order; kinds that decide nothing here are passed over. */
  readonly manifests: readonly unknown[]
  /** The replicas of all workloads that may be sent traffic. */
  readonly instances: readonly Instance[]
  readonly self: {
    readonly appPort: number
    readonly inboundPort: number
    readonly outboundPort: number
    readonly adminPort: number
  }
  /** Customers reach this proxy without another before it: as Istio's ingress gateway does, it bounds requests and answers with problems. */
  readonly edge?: boolean
  readonly files: {
    /** Folder that `writeXds` fills and Envoy watches. */
    readonly xds: string
    readonly accessLog: string
  }
  /** Absent: the proxy traces nothing. */
  readonly tracing?: Tracing | undefined
}

/** Where a proxy sends its spans, by OTLP over HTTP. */
export interface Tracing {
  /** Of the collector: `http://127.0.0.1:4318`. */
  readonly endpoint: string
  /** How many of the traces that begin here are kept, 0 to 100. */
  readonly samplingPercent: number
  /** The same for what customers send to the edge; 0 leaves it to the workload there. */
  readonly edgeSamplingPercent?: number
}

/** Where a replica's sidecar lets requests in: what a pod's address is in a cluster. */
export interface Instance {
  readonly workload: string
  readonly replica: number
  readonly host: string
  readonly inboundPort: number
}

/** Envoy's configuration in the JSON form of its protobuf messages; snake case, as its manual writes them. */
export type Json = Readonly<Record<string, unknown>>

export interface RenderedEnvoy {
  readonly bootstrap: Json
  /** LDS */
  readonly listeners: readonly Json[]
  /** CDS */
  readonly clusters: readonly Json[]
  /** EDS, one assignment for each outbound cluster. */
  readonly endpoints: readonly Json[]
  /** RDS, of the outbound listener. */
  readonly routes: readonly Json[]
  /** What was accepted and will surprise, one sentence each; the same for every workload. */
  readonly warnings: readonly string[]
}
