import type { Host } from '../../../access/replica.ts'
import { inboundRequests } from '../../../envoy-admin/stats.ts'
import type { Target } from '../target.ts'

/** Requests that have reached the proxies of these hosts; undefined where they do not count them. */
export async function arrivedAt(target: Target, hosts: readonly Host[]): Promise<number | undefined> {
  const counts = await Promise.all(hosts.map((host) => inboundRequests(target.admin(host))))
  return counts.reduce<number | undefined>((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0)
}
