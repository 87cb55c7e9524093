/**
 * The part of Kubernetes' and Istio's resources that is rendered. Istio's are closed: a field that is not declared here would
 * otherwise be dropped in silence, and the laptop would behave unlike the cluster. Kubernetes' are open: most of a Deployment is no matter of ours.
 */
import { type Static, type TProperties, Type } from 'typebox'

const closed = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false })
const Labels = Type.Record(Type.String(), Type.String())
/** Go's durations, as Istio reads them. */
const Duration = Type.String({ pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$' })
const Count = Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 })
const Percent = Type.Integer({ minimum: 0, maximum: 100 })
const Metadata = Type.Object({ name: Type.String(), namespace: Type.Optional(Type.String()) })

export const ConnectionPool = closed({
  tcp: Type.Optional(
    closed({
      maxConnections: Type.Optional(Count),
      connectTimeout: Type.Optional(Duration),
      idleTimeout: Type.Optional(Duration),
      maxConnectionDuration: Type.Optional(Duration),
    }),
  ),
  http: Type.Optional(
    closed({
      http1MaxPendingRequests: Type.Optional(Count),
      http2MaxRequests: Type.Optional(Count),
      maxRequestsPerConnection: Type.Optional(Count),
      maxRetries: Type.Optional(Count),
      idleTimeout: Type.Optional(Duration),
      h2UpgradePolicy: Type.Optional(Type.Enum(['DEFAULT', 'DO_NOT_UPGRADE', 'UPGRADE'])),
    }),
  ),
})
export type ConnectionPool = Static<typeof ConnectionPool>

export const OutlierDetection = closed({
  consecutive5xxErrors: Type.Optional(Count),
  consecutiveGatewayErrors: Type.Optional(Count),
  consecutiveLocalOriginFailures: Type.Optional(Count),
  splitExternalLocalOriginErrors: Type.Optional(Type.Boolean()),
  interval: Type.Optional(Duration),
  baseEjectionTime: Type.Optional(Duration),
  maxEjectionPercent: Type.Optional(Percent),
  minHealthPercent: Type.Optional(Percent),
})
export type OutlierDetection = Static<typeof OutlierDetection>

const RetryBudget = closed({
  percent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
  minRetryConcurrency: Type.Optional(Count),
})
export type RetryBudget = Static<typeof RetryBudget>

export const TrafficPolicy = closed({
  connectionPool: Type.Optional(ConnectionPool),
  outlierDetection: Type.Optional(OutlierDetection),
  loadBalancer: Type.Optional(closed({ simple: Type.Enum(['UNSPECIFIED', 'LEAST_CONN', 'LEAST_REQUEST', 'RANDOM', 'ROUND_ROBIN']) })),
  retryBudget: Type.Optional(RetryBudget),
})
export type TrafficPolicy = Static<typeof TrafficPolicy>

export const DestinationRule = Type.Object({
  kind: Type.Literal('DestinationRule'),
  metadata: Metadata,
  spec: closed({
    host: Type.String(),
    trafficPolicy: Type.Optional(TrafficPolicy),
    subsets: Type.Optional(
      Type.Array(closed({ name: Type.String(), labels: Type.Optional(Labels), trafficPolicy: Type.Optional(TrafficPolicy) })),
    ),
  }),
})
export type DestinationRule = Static<typeof DestinationRule>

/** One of the three; none of them means "present" in a header match. */
const StringMatch = Type.Object(
  { exact: Type.Optional(Type.String()), prefix: Type.Optional(Type.String()), regex: Type.Optional(Type.String()) },
  { additionalProperties: false, maxProperties: 1 },
)
export type StringMatch = Static<typeof StringMatch>

const HttpMatch = closed({
  name: Type.Optional(Type.String()),
  uri: Type.Optional(StringMatch),
  ignoreUriCase: Type.Optional(Type.Boolean()),
  method: Type.Optional(StringMatch),
  headers: Type.Optional(Type.Record(Type.String(), StringMatch)),
  withoutHeaders: Type.Optional(Type.Record(Type.String(), StringMatch)),
})
export type HttpMatch = Static<typeof HttpMatch>

const HeaderOperations = closed({
  set: Type.Optional(Labels),
  add: Type.Optional(Labels),
  remove: Type.Optional(Type.Array(Type.String())),
})
const Headers = closed({ request: Type.Optional(HeaderOperations), response: Type.Optional(HeaderOperations) })
export type Headers = Static<typeof Headers>

const Destination = closed({
  host: Type.String(),
  subset: Type.Optional(Type.String()),
  port: Type.Optional(closed({ number: Count })),
})
export type Destination = Static<typeof Destination>

const HttpRetry = closed({
  attempts: Type.Optional(Type.Integer({ minimum: 0 })),
  perTryTimeout: Type.Optional(Duration),
  retryOn: Type.Optional(Type.String()),
  retryIgnorePreviousHosts: Type.Optional(Type.Boolean()),
  backoff: Type.Optional(Duration),
})
export type HttpRetry = Static<typeof HttpRetry>

const HttpRoute = closed({
  name: Type.Optional(Type.String()),
  match: Type.Optional(Type.Array(HttpMatch)),
  route: Type.Array(closed({ destination: Destination, weight: Type.Optional(Count), headers: Type.Optional(Headers) }), { minItems: 1 }),
  timeout: Type.Optional(Duration),
  retries: Type.Optional(HttpRetry),
  headers: Type.Optional(Headers),
  rewrite: Type.Optional(closed({ uri: Type.Optional(Type.String()), authority: Type.Optional(Type.String()) })),
})
export type HttpRoute = Static<typeof HttpRoute>

export const VirtualService = Type.Object({
  kind: Type.Literal('VirtualService'),
  metadata: Metadata,
  spec: closed({ hosts: Type.Array(Type.String(), { minItems: 1 }), http: Type.Array(HttpRoute, { minItems: 1 }) }),
})
export type VirtualService = Static<typeof VirtualService>

export const Service = Type.Object({
  kind: Type.Literal('Service'),
  metadata: Metadata,
  spec: Type.Object({
    selector: Labels,
    ports: Type.Array(Type.Object({ name: Type.String(), port: Count, targetPort: Type.Optional(Type.Union([Type.String(), Count])) }), {
      minItems: 1,
    }),
  }),
})
export type Service = Static<typeof Service>

const ContainerPort = Type.Object({ name: Type.Optional(Type.String()), containerPort: Count })
export const Deployment = Type.Object({
  kind: Type.Literal('Deployment'),
  metadata: Metadata,
  spec: Type.Object({
    template: Type.Object({
      metadata: Type.Object({ labels: Labels }),
      spec: Type.Object({ containers: Type.Array(Type.Object({ ports: Type.Optional(Type.Array(ContainerPort)) })) }),
    }),
  }),
})
export type Deployment = Static<typeof Deployment>
