import { setTimeout as delay } from 'node:timers/promises'
import type { OrderDetail } from '../../services/shared/contracts/api/order-history.ts'
import { authorization } from '../access/sign-in.ts'

/** How an order ended, as customers read it. */
export type Ending =
  | { readonly outcome: 'confirmed'; readonly orderId: string; readonly confirmedAt: number }
  | { readonly outcome: 'cancelled'; readonly orderId: string; readonly reason: string }
  /** Accepted, and at the deadline unknown or still under way. */
  | { readonly outcome: 'lost'; readonly orderId: string; readonly status: string }

export interface AwaitOptions {
  readonly gatewayUrl: string
  /** `performance.now()` at which waiting ends. */
  readonly until: number
  readonly signal?: AbortSignal | undefined
}

const pauseMs = 100
const readTimeoutMs = 5_000

/** Reads the order until it has ended; between reads the saga gets the time that reading costs. */
export async function awaitEnd(orderId: string, { gatewayUrl, until, signal }: AwaitOptions): Promise<Ending> {
  for (;;) {
    signal?.throwIfAborted()
    const order = await readOrder(orderId, gatewayUrl, signal)
    const ending = typeof order === 'string' ? undefined : endingOf(order)
    if (ending !== undefined) return ending
    if (performance.now() + pauseMs > until) return { outcome: 'lost', orderId, status: typeof order === 'string' ? order : order.status }
    await delay(pauseMs, undefined, { ...(signal && { signal }) })
  }
}

/** Undefined while it is under way. */
export function endingOf({ orderId, status, cancellation, timeline }: OrderDetail): Ending | undefined {
  if (status === 'cancelled') return { outcome: 'cancelled', orderId, reason: cancellation?.reason ?? 'unknown' }
  const confirmed = timeline.find(({ type }) => type === 'orders.OrderConfirmed')
  return confirmed && { outcome: 'confirmed', orderId, confirmedAt: Date.parse(confirmed.time) }
}

/** The order, or in words why there is none to see. */
async function readOrder(orderId: string, gatewayUrl: string, signal?: AbortSignal): Promise<OrderDetail | string> {
  try {
    const response = await fetch(`${gatewayUrl}/v1/orders/${orderId}`, {
      headers: await authorization(gatewayUrl),
      signal: AbortSignal.any([AbortSignal.timeout(readTimeoutMs), ...(signal ? [signal] : [])]),
    })
    const body = (await response.json()) as OrderDetail
    return response.status === 200 ? body : `status ${response.status}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
