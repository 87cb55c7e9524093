import type { Replica } from '../../../access/replica.ts'
import type { ShopTarget } from '../shop-target.ts'
import { inventorysPart } from './product-list.ts'

/** How often the gateway did without inventory, by the reason it noted (`services/gateway/handlers/partial-response.ts`). */
export type LeftOut = ReadonlyMap<string, number>

/** Reads the gateway's own metric. @throws Error when it does not answer */
export async function partsLeftOut(target: ShopTarget, gateway: Replica): Promise<LeftOut> {
  const { status, body } = await target.app(gateway, 'app', { method: 'GET', path: '/metrics' })
  if (status !== 200) throw new Error(`${gateway.name} answered ${status} to GET /metrics`)
  return parseLeftOut(String(body))
}

/** Prometheus text → inventory's part of `gateway_parts_left_out_total`. */
export function parseLeftOut(metrics: string): LeftOut {
  const lines = metrics.matchAll(/^gateway_parts_left_out_total\{([^}]*)\} (\d+)/gm)
  return new Map(
    [...lines].flatMap(([, labels = '', count]) => {
      const label = (name: string) => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1]
      const reason = label('reason')
      return label('part') === inventorysPart && reason !== undefined ? [[reason, Number(count)] as const] : []
    }),
  )
}
