import type { Admin } from './admin.ts'
import { escaped } from './stats.ts'

/** One upstream host as a caller's proxy counts it. */
export interface HostStatus {
  /** `ip:port`. */
  readonly address: string
  readonly ejected: boolean
  readonly requests: number
  /** Of those, not answered yet. */
  readonly active: number
  readonly succeeded: number
  readonly failed: number
}

/** The part of `/clusters?format=json` that is read here. */
interface ClustersAnswer {
  readonly cluster_statuses?: readonly {
    readonly name: string
    readonly host_statuses?: readonly {
      /** Without `socket_address` for a host that is reached through a pipe or inside of Envoy. */
      readonly address: { readonly socket_address?: { readonly address: string; readonly port_value: number } }
      readonly stats?: readonly { readonly name: string; readonly value?: string }[]
      readonly health_status?: { readonly failed_outlier_check?: boolean }
    }[]
  }[]
}

/** Envoy's `/clusters?format=json` → the hosts of every cluster, by its name. Zero counters have no `value` there. */
export function parseClusters(answer: string): Map<string, HostStatus[]> {
  const statuses = (JSON.parse(answer) as ClustersAnswer).cluster_statuses ?? []
  return new Map(
    statuses.map(({ name, host_statuses = [] }) => [
      name,
      host_statuses.map(({ address: { socket_address: socket }, stats, health_status }) => {
        const value = (stat: string) => Number(stats?.find((one) => one.name === stat)?.value ?? 0)
        return {
          address: socket ? `${socket.address}:${socket.port_value}` : '',
          ejected: health_status?.failed_outlier_check === true,
          requests: value('rq_total'),
          active: value('rq_active'),
          succeeded: value('rq_success'),
          failed: value('rq_error'),
        }
      }),
    ]),
  )
}

export const clusters = async (admin: Admin): Promise<Map<string, HostStatus[]>> =>
  parseClusters(await admin('GET', '/clusters?format=json'))

/**
 * The hosts of those clusters whose name matches, by the name.
 * @param pattern RE2; an older Envoy does not know the filter and answers all
 */
export async function clustersOf(admin: Admin, pattern: string): Promise<Map<string, HostStatus[]>> {
  const all = parseClusters(await admin('GET', `/clusters?format=json&filter=${encodeURIComponent(`^(${pattern})$`)}`))
  const whole = new RegExp(`^(${pattern})$`)
  return new Map([...all].filter(([name]) => whole.test(name)))
}

/** The hosts of one cluster; none when the proxy does not know it. A proxy in a cluster knows hundreds of others: it is asked for this one alone. */
export const hosts = async (admin: Admin, cluster: string): Promise<HostStatus[]> =>
  (await clustersOf(admin, escaped(cluster))).get(cluster) ?? []
