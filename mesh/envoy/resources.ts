/**
 * The part of Kubernetes' and Istio's resources that is rendered, with the rules by which Istio's validation refuses a value
 * (istio/istio `pkg/config/validation`, release 1.31, and its CRDs) and the few more that keep Envoy from refusing what was rendered.
 * Istio's are closed: a field that is not declared here would otherwise be dropped in silence, and the laptop would behave unlike
 * the cluster. Kubernetes' are open: most of a Deployment is no matter of ours.
 */
import { type Static, type TProperties, Type } from 'typebox'
import { durationFault, parseDuration } from './duration.ts'
import { changedHeaderFault, headerValueFault, isAuthority, matchedHeaderFault } from './header-rules.ts'
import { domainFault, labelsFault, subsetNameFault } from './names.ts'
import { servicePortFault } from './port-protocol.ts'
import { regexFault } from './regex-rules.ts'
import { retryOnFault } from './retry-conditions.ts'
import { ruled } from './rule.ts'

const closed = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false })
const notEmpty = (object: object): string | undefined => (Object.keys(object).length > 0 ? undefined : 'must have at least one field')

const Labels = ruled(Type.Record(Type.String(), Type.String()), labelsFault)
const Domain = ruled(Type.String(), domainFault)
const Duration = ruled(Type.String(), durationFault)
/** 0 switches it off. */
const IdleTimeout = ruled(Type.String(), (text) => (parseDuration(text) === 0n ? undefined : durationFault(text)))
/** Of protobuf's int32, which Istio does not let be negative. */
const Count = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 })
const Count32 = Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1 })
const Percent = Type.Integer({ minimum: 0, maximum: 100 })
const Port = Type.Integer({ minimum: 1, maximum: 65_535 })
const Metadata = Type.Object({ name: Type.String(), namespace: Type.Optional(Type.String()) })

export const ConnectionPool = ruled(
  closed({
    tcp: Type.Optional(
      closed({
        maxConnections: Type.Optional(Count),
        connectTimeout: Type.Optional(Duration),
        idleTimeout: Type.Optional(IdleTimeout),
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
  }),
  notEmpty,
)
export type ConnectionPool = Static<typeof ConnectionPool>

export const OutlierDetection = ruled(
  closed({
    consecutive5xxErrors: Type.Optional(Count32),
    consecutiveGatewayErrors: Type.Optional(Count32),
    consecutiveLocalOriginFailures: Type.Optional(Count32),
    splitExternalLocalOriginErrors: Type.Optional(Type.Boolean()),
    interval: Type.Optional(Duration),
    baseEjectionTime: Type.Optional(Duration),
    maxEjectionPercent: Type.Optional(Percent),
    minHealthPercent: Type.Optional(Percent),
    // The name until 2019. Istio takes it, warns, and does nothing with it: `policy-warnings.ts`.
    consecutiveErrors: Type.Optional(Type.Integer({ minimum: -(2 ** 31), maximum: 2 ** 31 - 1 })),
  }),
  ({ splitExternalLocalOriginErrors, consecutiveLocalOriginFailures = 0 }) =>
    consecutiveLocalOriginFailures > 0 && !splitExternalLocalOriginErrors
      ? 'has consecutiveLocalOriginFailures, which needs splitExternalLocalOriginErrors: true'
      : undefined,
)
export type OutlierDetection = Static<typeof OutlierDetection>

const RetryBudget = closed({
  percent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
  minRetryConcurrency: Type.Optional(Count32),
})
export type RetryBudget = Static<typeof RetryBudget>

export const TrafficPolicy = ruled(
  closed({
    connectionPool: Type.Optional(ConnectionPool),
    outlierDetection: Type.Optional(OutlierDetection),
    loadBalancer: Type.Optional(
      closed({ simple: Type.Optional(Type.Enum(['UNSPECIFIED', 'LEAST_CONN', 'LEAST_REQUEST', 'RANDOM', 'ROUND_ROBIN'])) }),
    ),
    retryBudget: Type.Optional(RetryBudget),
  }),
  notEmpty,
)
export type TrafficPolicy = Static<typeof TrafficPolicy>

const Subset = closed({
  name: ruled(Type.String(), subsetNameFault),
  labels: Type.Optional(Labels),
  trafficPolicy: Type.Optional(TrafficPolicy),
})

export const DestinationRule = Type.Object({
  kind: Type.Literal('DestinationRule'),
  metadata: Metadata,
  spec: closed({
    host: Domain,
    trafficPolicy: Type.Optional(TrafficPolicy),
    subsets: Type.Optional(
      ruled(Type.Array(Subset), (subsets) => {
        const twice = duplicate(subsets.map(({ name }) => name))
        return twice && `has two subsets named ${twice}`
      }),
    ),
  }),
})
export type DestinationRule = Static<typeof DestinationRule>

const duplicate = (names: readonly string[]): string | undefined => names.find((name, index) => names.indexOf(name) < index)

interface MatchRules {
  /** Envoy takes an empty prefix of a path, and of nothing else. */
  readonly emptyPrefix?: boolean
  /** `*`, which is no regular expression, says "present". */
  readonly star?: boolean
}

/** One of the three; none of them means "present" in a header match. */
const stringMatch = ({ emptyPrefix = false, star = false }: MatchRules = {}) =>
  ruled(
    Type.Object(
      { exact: Type.Optional(Type.String()), prefix: Type.Optional(Type.String()), regex: Type.Optional(Type.String()) },
      { additionalProperties: false, maxProperties: 1 },
    ),
    ({ prefix, regex }) => {
      if (prefix === '' && !emptyPrefix) return 'must not be an empty prefix'
      return regex === undefined || (star && regex === '*') ? undefined : regexFault(regex)
    },
  )
const Path = stringMatch({ emptyPrefix: true })
const Method = stringMatch()
export type StringMatch = Static<typeof Method>

const headerMatches = (rules?: MatchRules) =>
  ruled(Type.Record(Type.String(), stringMatch(rules)), (matches) => firstFault(Object.keys(matches), matchedHeaderFault))

const HttpMatch = closed({
  name: Type.Optional(Type.String()),
  uri: Type.Optional(Path),
  ignoreUriCase: Type.Optional(Type.Boolean()),
  method: Type.Optional(Method),
  headers: Type.Optional(headerMatches()),
  withoutHeaders: Type.Optional(headerMatches({ star: true })),
})
export type HttpMatch = Static<typeof HttpMatch>

function firstFault<T>(values: readonly T[], faultOf: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const fault = faultOf(value)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** Envoy takes a thousand in a route; it may hold four of these. */
const mostHeaders = 250

/** @param authority Host and `:authority` may be among them: once, because Envoy has one field for both */
const headerValues = ({ authority }: { authority: boolean }) =>
  ruled(Type.Record(Type.String(), ruled(Type.String(), headerValueFault), { maxProperties: mostHeaders }), (values) => {
    const names = Object.keys(values)
    if (names.filter(isAuthority).length > 1) return 'sets the authority more than once'
    return firstFault(names, (name) => changedHeaderFault(name, { authority }))
  })

const removedHeaders = Type.Array(ruled(Type.String(), (name) => changedHeaderFault(name, { authority: false })))

const headerOperations = (at: { authority: boolean }) =>
  closed({
    set: Type.Optional(headerValues(at)),
    add: Type.Optional(headerValues(at)),
    remove: Type.Optional(removedHeaders),
  })
const Headers = closed({
  request: Type.Optional(headerOperations({ authority: true })),
  response: Type.Optional(headerOperations({ authority: false })),
})
export type Headers = Static<typeof Headers>

const Destination = closed({
  host: ruled(Type.String(), (host) => (host === '*' ? 'must be one host' : domainFault(host))),
  subset: Type.Optional(ruled(Type.String(), (name) => (name === '' ? undefined : subsetNameFault(name)))),
  port: Type.Optional(closed({ number: Port })),
})
export type Destination = Static<typeof Destination>

const WeightedDestinations = ruled(
  Type.Array(closed({ destination: Destination, weight: Type.Optional(Count), headers: Type.Optional(Headers) }), { minItems: 1 }),
  (destinations) => {
    const total = destinations.reduce((sum, { weight = 0 }) => sum + weight, 0)
    if (destinations.length > 1 && total === 0) return 'has several destinations whose weights sum up to 0'
    return total > 2 ** 32 - 1 ? 'has weights that sum up to more than 4294967295, the most that Envoy takes' : undefined
  },
)

const HttpRetry = ruled(
  closed({
    attempts: Type.Optional(Count),
    perTryTimeout: Type.Optional(Duration),
    retryOn: Type.Optional(ruled(Type.String(), retryOnFault)),
    retryIgnorePreviousHosts: Type.Optional(Type.Boolean()),
    backoff: Type.Optional(Duration),
  }),
  ({ attempts = 0, perTryTimeout, retryOn }) =>
    attempts === 0 && (perTryTimeout || retryOn) ? 'says how to retry, but attempts is 0, which switches retries off' : undefined,
)
export type HttpRetry = Static<typeof HttpRetry>

/** Envoy refuses these in what it writes into a request. */
const rewritten = ruled(Type.String(), (text) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  /[\u0000-\u001f\u007f]/.test(text) ? 'must not contain control characters' : undefined,
)
const Rewrite = ruled(closed({ uri: Type.Optional(rewritten), authority: Type.Optional(rewritten) }), ({ uri, authority }) =>
  uri || authority ? undefined : 'must have uri or authority',
)

const HttpRoute = ruled(
  closed({
    name: Type.Optional(Type.String()),
    match: Type.Optional(Type.Array(HttpMatch)),
    route: WeightedDestinations,
    timeout: Type.Optional(Duration),
    retries: Type.Optional(HttpRetry),
    headers: Type.Optional(Headers),
    rewrite: Type.Optional(Rewrite),
  }),
  ({ rewrite, headers }) => {
    const { set = {}, add = {} } = headers?.request ?? {}
    const authorities = [...Object.keys(set), ...Object.keys(add)].filter(isAuthority)
    return authorities.length + (rewrite?.authority ? 1 : 0) > 1 ? 'sets the authority more than once' : undefined
  },
)
export type HttpRoute = Static<typeof HttpRoute>

export const VirtualService = Type.Object({
  kind: Type.Literal('VirtualService'),
  metadata: Metadata,
  spec: closed({
    hosts: ruled(
      Type.Array(
        ruled(Type.String(), (host) => (host === '*' ? 'must be named: * is for gateways' : domainFault(host))),
        { minItems: 1 },
      ),
      (hosts) => {
        const twice = duplicate(hosts)
        return twice && `names ${twice} twice`
      },
    ),
    http: Type.Array(HttpRoute, { minItems: 1 }),
  }),
})
export type VirtualService = Static<typeof VirtualService>

const ServicePort = ruled(
  Type.Object({
    name: Type.Optional(Type.String()),
    port: Port,
    targetPort: Type.Optional(Type.Union([Type.String(), Port])),
    protocol: Type.Optional(Type.String()),
    appProtocol: Type.Optional(Type.String()),
  }),
  servicePortFault,
)
export type ServicePort = Static<typeof ServicePort>

export const Service = Type.Object({
  kind: Type.Literal('Service'),
  metadata: Metadata,
  spec: Type.Object({
    // Without one a Service selects no pods, though every pod fits.
    selector: Type.Record(Type.String(), Type.String(), { minProperties: 1 }),
    ports: Type.Array(ServicePort, { minItems: 1, maxItems: 1 }),
  }),
})
export type Service = Static<typeof Service>

const ContainerPort = Type.Object({ name: Type.Optional(Type.String()), containerPort: Port })
export const Deployment = Type.Object({
  kind: Type.Literal('Deployment'),
  metadata: Metadata,
  spec: Type.Object({
    template: Type.Object({
      metadata: Type.Object({ labels: Type.Record(Type.String(), Type.String()) }),
      spec: Type.Object({ containers: Type.Array(Type.Object({ ports: Type.Optional(Type.Array(ContainerPort)) })) }),
    }),
  }),
})
export type Deployment = Static<typeof Deployment>
