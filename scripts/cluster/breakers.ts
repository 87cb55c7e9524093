import { clusters, type HostStatus } from '../envoy-admin/clusters.ts'
import { refusingLimits } from '../envoy-admin/refusing-limits.ts'
import { stats } from '../envoy-admin/stats.ts'
import type { PodTunnels } from './pod-tunnels.ts'
import { proxyAdmin } from './proxy-admin.ts'

/** One breaker that is not closed. */
export interface Breaker {
  readonly caller: string
  /** Destination, as Envoy's cluster: `outbound|80||catalog.breakwater.svc.cluster.local`. `status --json` has had this name from the start. */
  readonly callee: string
  /** `ip:port` of the host, for an ejection. */
  readonly host?: string
  readonly state: 'ejected' | 'overflow'
}

/** Asks every proxy for hosts that it has ejected and for pools that are full right now. */
export async function breakersOf(tunnels: PodTunnels, pods: readonly string[]): Promise<Breaker[]> {
  const each = await Promise.all(
    pods.map(async (pod) => {
      const admin = proxyAdmin(tunnels, pod)
      const [hosts, gauges] = await Promise.all([clusters(admin), stats(admin, '.*circuit_breakers.*')])
      return [...ejections(pod, hosts), ...fullPools(pod, gauges)]
    }),
  )
  return each.flat()
}

/** Pure: the ejected ones of the hosts that a proxy knows, by cluster. */
export const ejections = (caller: string, hosts: ReadonlyMap<string, readonly HostStatus[]>): Breaker[] =>
  [...hosts].flatMap(([destination, all]) =>
    all
      .filter(({ ejected }) => ejected)
      .map(({ address }) => ({ caller, callee: destination, ...(address !== '' && { host: address }), state: 'ejected' as const })),
  )

/** In either form in which proxies print names. */
const openGauge = new RegExp(`^cluster\\.(outbound\\|.+?)(?:;)?\\.circuit_breakers\\.default\\.(?:${refusingLimits.join('|')})$`)

/** Pure: the pools that refuse requests, by the gauges of a proxy's statistics. */
export const fullPools = (caller: string, gauges: ReadonlyMap<string, number>): Breaker[] =>
  [...gauges].flatMap(([name, value]) => {
    const [, destination] = openGauge.exec(name) ?? []
    return destination !== undefined && value === 1 ? [{ caller, callee: destination, state: 'overflow' as const }] : []
  })
