import type { Replica } from '../../../access/replica.ts'
import type { ShopTarget } from '../shop-target.ts'

/** One product list as the customer got it. */
export interface Page {
  /** `Date.now()` when it was asked for. */
  readonly sentAt: number
  readonly ms: number
  /** Absent: nobody answered. */
  readonly status?: number
  /** The parts that were left out, as the page names them; undefined when it is no page. */
  readonly leftOut: readonly string[] | undefined
}

/** What inventory adds to a page, by the name that `degraded` has for it. */
export const inventorysPart = 'availability'

/** One `GET /v1/products` of one replica of the gateway: past its own proxy, but what it asks inventory passes that. Never rejects. */
export async function productList(target: ShopTarget, gateway: Replica): Promise<Page> {
  const [sentAt, started] = [Date.now(), performance.now()]
  const answer = await target.app(gateway, 'app', { method: 'GET', path: '/v1/products' }).catch(() => undefined)
  const { degraded } = Object(answer?.body) as { degraded?: unknown }
  return {
    sentAt,
    ms: performance.now() - started,
    ...(answer && { status: answer.status }),
    leftOut: Array.isArray(degraded) ? degraded.map(String) : undefined,
  }
}

export const isWhole = ({ status, leftOut }: Page): boolean => status === 200 && leftOut?.length === 0
