import type { Replica } from '../../access/replica.ts'
import type { ShopTarget } from './shop-target.ts'

/** How often the gateway has called a service with this outcome (`services/shared/runtime/http/mesh-client.ts`), by its own metric. @throws Error when it does not answer */
export async function callsOfGateway(
  target: ShopTarget,
  gateway: Replica,
  call: { readonly upstream: string; readonly outcome: string },
): Promise<number> {
  const { status, body } = await target.app(gateway, 'app', { method: 'GET', path: '/metrics' })
  if (status !== 200) throw new Error(`${gateway.name} answered ${status} to GET /metrics`)
  return parseCalls(String(body), call)
}

/** Prometheus text → how many calls; none when there was never one. */
export function parseCalls(metrics: string, { upstream, outcome }: { readonly upstream: string; readonly outcome: string }): number {
  const lines = metrics.matchAll(/^http_client_request_duration_seconds_count\{([^}]*)\} (\d+)/gm)
  const has = (labels: string, name: string, value: string) => `,${labels},`.includes(`,${name}="${value}",`)
  return [...lines]
    .filter(([, labels = '']) => has(labels, 'upstream', upstream) && has(labels, 'outcome', outcome))
    .reduce((sum, [, , count]) => sum + Number(count), 0)
}
