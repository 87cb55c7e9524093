import type { PodTunnels } from './pod-tunnels.ts'
import { proxyAdmin } from './proxy-admin.ts'

/** One breaker that is not closed. */
export interface Breaker {
  readonly caller: string
  /** Envoy's cluster, e.g. `outbound|80||catalog.breakwater.svc.cluster.local`. */
  readonly callee: string
  /** `ip:port` of the host, for an ejection. */
  readonly host?: string
  readonly state: 'ejected' | 'pool-full'
}

/** What of `/clusters?format=json` is read here. */
interface Clusters {
  cluster_statuses?: { name: string; host_statuses?: HostStatus[] }[]
}
interface HostStatus {
  address: { socket_address?: { address: string; port_value: number } }
  health_status?: { failed_outlier_check?: boolean }
}

/** Asks every proxy for hosts that it has ejected and for pools that are full right now. */
export async function breakersOf(tunnels: PodTunnels, pods: readonly string[]): Promise<Breaker[]> {
  const each = await Promise.all(
    pods.map(async (pod) => {
      const [clusters, stats] = await Promise.all([
        proxyAdmin(tunnels, pod, '/clusters?format=json'),
        proxyAdmin(tunnels, pod, '/stats?filter=circuit_breakers'),
      ])
      return [...ejections(pod, JSON.parse(clusters)), ...fullPools(pod, stats)]
    }),
  )
  return each.flat()
}

/** Pure: the ejected hosts in a proxy's `/clusters?format=json`. */
export const ejections = (caller: string, { cluster_statuses = [] }: Clusters): Breaker[] =>
  cluster_statuses.flatMap(({ name, host_statuses = [] }) =>
    host_statuses
      .filter(({ health_status }) => health_status?.failed_outlier_check)
      .map(({ address: { socket_address: socket } }) => ({
        caller,
        callee: name,
        ...(socket && { host: `${socket.address}:${socket.port_value}` }),
        state: 'ejected' as const,
      })),
  )

/** Pure: the pools whose `*_open` gauge is set in a proxy's `/stats`. */
export const fullPools = (caller: string, stats: string): Breaker[] =>
  [...stats.matchAll(/^cluster\.(outbound\|.+?)(?:;)?\.circuit_breakers\.default\.(?:cx|rq_pending|rq)_open: 1$/gm)].map(
    ([, callee = '']) => ({
      caller,
      callee,
      state: 'pool-full' as const,
    }),
  )
