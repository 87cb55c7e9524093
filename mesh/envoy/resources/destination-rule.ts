import { type Static, Type } from 'typebox'
import { subsetNameFault } from '../names.ts'
import { ruled } from '../rule.ts'
import { LocalityLbSetting } from './locality-lb-setting.ts'
import { Count, Count32, closed, Domain, Duration, duplicate, IdleTimeout, Labels, Metadata, notEmpty, Percent } from './values.ts'

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

const LoadBalancer = closed({
  simple: Type.Optional(Type.Enum(['UNSPECIFIED', 'LEAST_CONN', 'LEAST_REQUEST', 'RANDOM', 'ROUND_ROBIN'])),
  localityLbSetting: Type.Optional(LocalityLbSetting),
})

export const TrafficPolicy = ruled(
  closed({
    connectionPool: Type.Optional(ConnectionPool),
    outlierDetection: Type.Optional(OutlierDetection),
    loadBalancer: Type.Optional(LoadBalancer),
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
