import { type Calls, layerInForce, layersOf, withPolicies } from './explain/layered-rule.ts'
import type { PolicyObject } from './policy-object.ts'
import type { BlockName, ConnectionPool, OutlierDetection, TrafficPolicy } from './traffic-policy.ts'

/** A block of the rule as Istio merges it for these calls: of their port and their subset, where the rule says something for them. */
const blockFor = <Name extends BlockName>(name: Name, rule: PolicyObject | undefined, calls: Calls): TrafficPolicy[Name] | undefined =>
  rule && layerInForce(name, layersOf(rule), calls)?.policy[name]

export const connectionPool = (rule: PolicyObject | undefined, calls: Calls): ConnectionPool | undefined =>
  blockFor('connectionPool', rule, calls)

export const outlierDetection = (rule: PolicyObject | undefined, calls: Calls): OutlierDetection | undefined =>
  blockFor('outlierDetection', rule, calls)

export interface PoolLimits {
  readonly maxConnections: number
  readonly maxPending: number
}

/** Pool limits of one caller's proxy; undefined unless both are set (0 means unset to Istio). */
export function poolLimits(rule: PolicyObject | undefined, calls: Calls): PoolLimits | undefined {
  const { tcp, http } = connectionPool(rule, calls) ?? {}
  if (!tcp?.maxConnections || !http?.http1MaxPendingRequests) return undefined
  return { maxConnections: tcp.maxConnections, maxPending: http.http1MaxPendingRequests }
}

/** The same; where the rule limits nothing the run goes by limits that let little through, and shows that everything is let through. */
export const poolLimitsOrLeast = (rule: PolicyObject | undefined, calls: Calls): PoolLimits =>
  poolLimits(rule, calls) ?? { maxConnections: 1, maxPending: 1 }

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
export function ejectionRule(rule: PolicyObject | undefined, calls: Calls): EjectionRule | undefined {
  const outlier = outlierDetection(rule, calls)
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
export const mostEjected = (rule: PolicyObject | undefined, calls: Calls, hosts: number): number =>
  Math.floor((hosts * (outlierDetection(rule, calls)?.maxEjectionPercent || defaultMaxEjectionPercent)) / 100)

/** The same rule with other fields of the `outlierDetection` that is in force for these calls. */
export function withOutlierDetection(rule: PolicyObject, calls: Calls, fields: OutlierDetection): PolicyObject {
  const { port, subset } = layerInForce('outlierDetection', layersOf(rule), calls) ?? {}
  return withPolicies(rule, (policy, at) =>
    at.port === port && at.subset === subset ? { ...policy, outlierDetection: { ...policy.outlierDetection, ...fields } } : policy,
  )
}

/** The same rule without `outlierDetection`, for whichever calls. */
export const withoutOutlierDetection = (rule: PolicyObject): PolicyObject => withoutBlocks(rule, ['outlierDetection'])

/** The same rule without some blocks of its policies, those of ports and subsets included. */
export const withoutBlocks = (rule: PolicyObject, blocks: readonly BlockName[]): PolicyObject =>
  withPolicies(rule, (policy) => Object.fromEntries(Object.entries(policy).filter(([name]) => !blocks.includes(name as BlockName))))

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** A duration as Kubernetes writes it (`1s`, `1m30s`, `500ms`) in milliseconds. */
export function durationMs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text)
    throw new Error(`'${text}' is not a duration such as 1s or 1m30s`)
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? Number.NaN), 0)
}
