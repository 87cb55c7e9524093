import type { PolicyObject } from '../../core/policy-object.ts'

/** Of a whole call, ms. */
export const timeoutMs = 1_000
/** Longer than any call may take. */
export const delayMs = 3 * timeoutMs

type Spec = Readonly<Record<string, unknown>>
const withSpec = (object: PolicyObject, spec: Spec): PolicyObject => ({ ...object, spec: { ...object.spec, ...spec } })

/** The same DestinationRule with a small pool, and an ejection that a few failures in a row cause and that is soon over. */
export const withBreakers = (rule: PolicyObject): PolicyObject =>
  withSpec(rule, {
    trafficPolicy: {
      connectionPool: { tcp: { maxConnections: 2 }, http: { http1MaxPendingRequests: 2 } },
      outlierDetection: { consecutive5xxErrors: 2, interval: '1s', baseEjectionTime: '1s', maxEjectionPercent: 100 },
    },
  })

/** The same VirtualService with a time-out, and retries of whatever failed. */
export const withRetries = (route: PolicyObject): PolicyObject =>
  everyRoute(route, { timeout: `${timeoutMs}ms`, retries: { attempts: 2, retryOn: '5xx' } })

/** The same VirtualService with a fault of every request. */
export const withFault = (route: PolicyObject, fault: Spec): PolicyObject => everyRoute(route, { fault })

const everyRoute = (route: PolicyObject, change: Spec): PolicyObject =>
  withSpec(route, { http: (route.spec.http as Spec[]).map((entry) => ({ ...entry, ...change })) })
