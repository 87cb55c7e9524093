import type { Admin } from './admin.ts'

/** What a proxy enforces towards one cluster, in Envoy's terms; unset is what is not limited, or not watched. Times in ms. */
export interface BreakerRule {
  readonly maxConnections?: number
  readonly maxPending?: number
  readonly maxRequests?: number
  /** Of the two counts of consecutive failures, the one that is reached first. */
  readonly ejectsAt?: number
  readonly intervalMs: number
  readonly baseEjectionMs: number
  readonly maxEjectionMs: number
}

/** Envoy's defaults: https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/outlier_detection.proto */
const defaults = { consecutive: 5, intervalMs: 10_000, baseEjectionMs: 30_000, maxEjectionMs: 300_000 }
/** What Istio writes for no limit. */
const unlimited = 2 ** 32 - 1

interface ClusterConfig {
  readonly name?: string
  readonly circuit_breakers?: {
    readonly thresholds?: readonly {
      readonly max_connections?: number
      readonly max_pending_requests?: number
      readonly max_requests?: number
    }[]
  }
  readonly outlier_detection?: {
    readonly consecutive_5xx?: number
    readonly enforcing_consecutive_5xx?: number
    readonly consecutive_gateway_failure?: number
    readonly enforcing_consecutive_gateway_failure?: number
    readonly interval?: string
    readonly base_ejection_time?: string
    readonly max_ejection_time?: string
  }
}

const path = `/config_dump?resource=dynamic_active_clusters&mask=${['name', 'circuit_breakers', 'outlier_detection'].map((field) => `cluster.${field}`).join(',')}`

/** The rules of all clusters that a proxy was told of, by their name. */
export async function breakerRules(admin: Admin): Promise<Map<string, BreakerRule>> {
  const { configs = [] } = JSON.parse(await admin('GET', path)) as { configs?: readonly { cluster?: ClusterConfig }[] }
  return new Map(configs.flatMap(({ cluster }) => (cluster?.name === undefined ? [] : [[cluster.name, ruleOf(cluster)]])))
}

function ruleOf({ circuit_breakers, outlier_detection: detection }: ClusterConfig): BreakerRule {
  const [limits = {}] = circuit_breakers?.thresholds ?? []
  const limit = <Name extends string>(name: Name, value: number | undefined) =>
    (value === undefined || value >= unlimited ? {} : { [name]: value }) as { readonly [name in Name]?: number }
  const ejectsAt = detection && firstToEject(detection)
  const baseEjectionMs = milliseconds(detection?.base_ejection_time) ?? defaults.baseEjectionMs
  return {
    ...limit('maxConnections', limits.max_connections),
    ...limit('maxPending', limits.max_pending_requests),
    ...limit('maxRequests', limits.max_requests),
    ...(ejectsAt !== undefined && { ejectsAt }),
    intervalMs: milliseconds(detection?.interval) ?? defaults.intervalMs,
    baseEjectionMs,
    maxEjectionMs: Math.max(baseEjectionMs, milliseconds(detection?.max_ejection_time) ?? defaults.maxEjectionMs),
  }
}

/** A 502, 503 or 504 counts in both, another 5xx in the first. Gateway failures are only enforced when that is said. */
function firstToEject(detection: NonNullable<ClusterConfig['outlier_detection']>): number | undefined {
  const enforced = [
    (detection.enforcing_consecutive_5xx ?? 100) > 0 ? (detection.consecutive_5xx ?? defaults.consecutive) : 0,
    (detection.enforcing_consecutive_gateway_failure ?? 0) > 0 ? (detection.consecutive_gateway_failure ?? defaults.consecutive) : 0,
  ].filter((count) => count > 0)
  return enforced.length === 0 ? undefined : Math.min(...enforced)
}

/** `1.500s` → 1500. */
const milliseconds = (duration: string | undefined): number | undefined =>
  duration === undefined ? undefined : Number.parseFloat(duration) * 1000
