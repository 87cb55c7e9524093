import type { PolicyObject } from './policy-object.ts'

/**
 * What the experiments read of a DestinationRule's `trafficPolicy`, which may be of any mesh: the renderer's own shape (mesh/envoy) refuses what it cannot
 * render, and the generated classes of cdk8s name fields in their own way. https://istio.io/latest/docs/reference/config/networking/destination-rule/
 */
export interface TrafficPolicy {
  readonly connectionPool?: ConnectionPool
  readonly outlierDetection?: OutlierDetection
}

export interface ConnectionPool {
  readonly tcp?: { readonly maxConnections?: number }
  readonly http?: {
    readonly http1MaxPendingRequests?: number
    readonly http2MaxRequests?: number
    readonly maxRequestsPerConnection?: number
    readonly maxRetries?: number
    readonly h2UpgradePolicy?: string
    readonly useClientProtocol?: boolean
  }
}

export interface OutlierDetection {
  readonly consecutive5xxErrors?: number
  readonly consecutiveGatewayErrors?: number
  readonly consecutiveLocalOriginFailures?: number
  readonly splitExternalLocalOriginErrors?: boolean
  /** The name until 2019; istiod takes it and does nothing with it. */
  readonly consecutiveErrors?: number
  readonly interval?: string
  readonly baseEjectionTime?: string
  readonly maxEjectionPercent?: number
  readonly minHealthPercent?: number
}

const trafficPolicy = (rule: PolicyObject | undefined): TrafficPolicy =>
  (rule?.spec as { trafficPolicy?: TrafficPolicy } | undefined)?.trafficPolicy ?? {}

export const outlierDetection = (rule: PolicyObject | undefined): OutlierDetection | undefined => trafficPolicy(rule).outlierDetection

/** Pool limits of one caller's proxy; undefined unless both are set (0 means unset to Istio). */
export function poolLimits(rule: PolicyObject | undefined): { maxConnections: number; maxPending: number } | undefined {
  const { tcp, http } = trafficPolicy(rule).connectionPool ?? {}
  if (!tcp?.maxConnections || !http?.http1MaxPendingRequests) return undefined
  return { maxConnections: tcp.maxConnections, maxPending: http.http1MaxPendingRequests }
}

export interface EjectionRule {
  /** 5xx answers in a row that eject a host. */
  readonly consecutiveErrors: number
  /** Hosts return at a sweep that runs this often. */
  readonly intervalMs: number
  /** Of a first ejection. */
  readonly baseMs: number
}

/** Envoy's values where `outlierDetection` leaves a field out. */
export const envoyDefaults: EjectionRule = { consecutiveErrors: 5, intervalMs: 10_000, baseMs: 30_000 }

/** When hosts are ejected; undefined without `outlierDetection`. */
export function ejectionRule(rule: PolicyObject | undefined): EjectionRule | undefined {
  const outlier = outlierDetection(rule)
  return (
    outlier && {
      consecutiveErrors: outlier.consecutive5xxErrors ?? envoyDefaults.consecutiveErrors,
      intervalMs: outlier.interval === undefined ? envoyDefaults.intervalMs : durationMs(outlier.interval),
      baseMs: outlier.baseEjectionTime === undefined ? envoyDefaults.baseMs : durationMs(outlier.baseEjectionTime),
    }
  )
}

/** Envoy's where the rule does not say. */
const defaultMaxEjectionPercent = 10

/** How many of so many hosts may be ejected at the same time: none, where the percentage is less than one host. 0 is unset. */
export const mostEjected = (rule: PolicyObject | undefined, hosts: number): number =>
  Math.floor((hosts * (outlierDetection(rule)?.maxEjectionPercent || defaultMaxEjectionPercent)) / 100)

/** The same rule with other fields of `outlierDetection`. */
export function withOutlierDetection(rule: PolicyObject, fields: OutlierDetection): PolicyObject {
  const policy = trafficPolicy(rule)
  const outlierDetection = { ...policy.outlierDetection, ...fields }
  return { ...rule, spec: { ...rule.spec, trafficPolicy: { ...policy, outlierDetection } } }
}

/** The same rule without `outlierDetection`. */
export const withoutOutlierDetection = (rule: PolicyObject): PolicyObject => withoutBlocks(rule, ['outlierDetection'])

/** The same rule without some blocks of its policy. A policy in which nothing is left is no policy: Istio refuses an empty one. */
export function withoutBlocks(rule: PolicyObject, blocks: readonly (keyof TrafficPolicy)[]): PolicyObject {
  const rest = Object.fromEntries(Object.entries(trafficPolicy(rule)).filter(([name]) => !blocks.includes(name as keyof TrafficPolicy)))
  const { trafficPolicy: _, ...spec } = rule.spec
  return { ...rule, spec: Object.keys(rest).length === 0 ? spec : { ...spec, trafficPolicy: rest } }
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** A duration as Kubernetes writes it (`1s`, `1m30s`, `500ms`) in milliseconds. */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text)
    throw new Error(`'${text}' is not a duration such as 1s or 1m30s`)
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? Number.NaN), 0)
}
