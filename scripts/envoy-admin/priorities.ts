import type { Admin } from './admin.ts'

/** The part of `/clusters?format=json` that is read here. */
interface ClustersAnswer {
  readonly cluster_statuses?: readonly {
    readonly name: string
    readonly host_statuses?: readonly {
      readonly address: { readonly socket_address?: { readonly address: string; readonly port_value: number } }
      /** Absent for 0. */
      readonly priority?: number
    }[]
  }[]
}

/**
 * By `ip:port`, how near a cluster's hosts are to the caller: those of priority 0 get all requests while enough of them are healthy, then
 * those of 1, and so on. Hosts without a locality are all of 0.
 */
export async function priorities(admin: Admin, cluster: string): Promise<Map<string, number>> {
  const { cluster_statuses = [] } = JSON.parse(await admin('GET', '/clusters?format=json')) as ClustersAnswer
  const { host_statuses = [] } = cluster_statuses.find(({ name }) => name === cluster) ?? {}
  return new Map(
    host_statuses.map(({ address: { socket_address: socket }, priority = 0 }) => [
      socket ? `${socket.address}:${socket.port_value}` : '',
      priority,
    ]),
  )
}
