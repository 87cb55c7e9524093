import type { Admin } from './admin.ts'

/** The cluster as the proxy uses it now (`config_dump`), or undefined. */
export async function clusterConfig(admin: Admin, cluster: string): Promise<unknown> {
  const answer = JSON.parse(await admin('GET', '/config_dump?resource=dynamic_active_clusters')) as {
    configs?: readonly { cluster?: { name?: string } }[]
  }
  return answer.configs?.find((entry) => entry.cluster?.name === cluster)?.cluster
}

/** What a proxy enforces towards a cluster; unset is what is not limited, or by Envoy's default. */
export interface EnforcedRule {
  readonly maxConnections?: number
  readonly maxPending?: number
  readonly consecutiveErrors?: number
  /** Of those that count 502, 503 and 504 only. */
  readonly consecutiveGatewayErrors?: number
}

interface ClusterConfig {
  readonly circuit_breakers?: {
    readonly thresholds?: readonly { readonly max_connections?: number; readonly max_pending_requests?: number }[]
  }
  readonly outlier_detection?: { readonly consecutive_5xx?: number; readonly consecutive_gateway_failure?: number }
}

/** A policy is in force when the proxy has it, which is later than when it was written. */
export async function enforcedRule(admin: Admin, cluster: string): Promise<EnforcedRule> {
  const { circuit_breakers, outlier_detection } = ((await clusterConfig(admin, cluster)) ?? {}) as ClusterConfig
  const limits = circuit_breakers?.thresholds?.[0]
  return {
    ...(limits?.max_connections !== undefined && { maxConnections: limits.max_connections }),
    ...(limits?.max_pending_requests !== undefined && { maxPending: limits.max_pending_requests }),
    ...(outlier_detection?.consecutive_5xx !== undefined && { consecutiveErrors: outlier_detection.consecutive_5xx }),
    ...(outlier_detection?.consecutive_gateway_failure !== undefined && {
      consecutiveGatewayErrors: outlier_detection.consecutive_gateway_failure,
    }),
  }
}

/** The routes as the proxy uses them now, as JSON text. */
export const routesConfig = (admin: Admin): Promise<string> => admin('GET', '/config_dump?resource=dynamic_route_configs')

/** Names of the listeners that the proxy has accepted. */
export async function listenerNames(admin: Admin): Promise<string[]> {
  const { listener_statuses = [] } = JSON.parse(await admin('GET', '/listeners?format=json')) as {
    listener_statuses?: readonly { name: string }[]
  }
  return listener_statuses.map(({ name }) => name)
}

/** Worker threads: limits are exact with one only (https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/circuit_breaking). */
export async function workers(admin: Admin): Promise<number> {
  const { command_line_options } = JSON.parse(await admin('GET', '/server_info')) as {
    command_line_options: { concurrency: number }
  }
  return command_line_options.concurrency
}
