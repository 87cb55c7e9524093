import type { Replica } from '../../access/replica.ts'
import type { ShopTarget } from './shop-target.ts'

/** One page as the customer got it. */
export interface Page {
  /** `Date.now()` when it was asked for. */
  readonly sentAt: number
  readonly ms: number
  /** Absent: nobody answered. */
  readonly status?: number
  /** The parts that were left out, as the page names them; undefined when it is no page. */
  readonly leftOut: readonly string[] | undefined
  /** Of the problem that came in its place. */
  readonly code?: string
}

/** One `GET` of one replica of the gateway: past its own proxy, but what it asks other services passes that. Never rejects. */
export async function askPage(target: ShopTarget, gateway: Replica, path: string): Promise<Page> {
  const [sentAt, started] = [Date.now(), performance.now()]
  const answer = await target.app(gateway, 'app', { method: 'GET', path }).catch(() => undefined)
  const { degraded, code } = Object(answer?.body) as { degraded?: unknown; code?: unknown }
  return {
    sentAt,
    ms: performance.now() - started,
    ...(answer && { status: answer.status }),
    leftOut: Array.isArray(degraded) ? degraded.map(String) : undefined,
    ...(typeof code === 'string' && { code }),
  }
}

export const isWhole = ({ status, leftOut }: Page): boolean => status === 200 && leftOut?.length === 0
