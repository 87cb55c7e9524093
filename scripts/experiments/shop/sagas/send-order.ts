import { Value } from 'typebox/value'
import { OrderAccepted } from '../../../../services/shared/contracts/api/orders.ts'
import { authorization } from '../../../access/sign-in.ts'
import type { KeyedOrder } from '../../../synthetic-orders/order-stream.ts'

/** One attempt of a customer to place an order, as the customer saw it. */
export interface Attempt {
  readonly order: KeyedOrder
  /** ms since 1970 */
  readonly sentAt: number
  readonly endedAt: number
  /** Absent: nobody answered. */
  readonly status?: number
  /** When it was accepted. */
  readonly orderId?: string
  /** `code` of the problem when it was not. */
  readonly code?: string
  /** Header `Retry-After`. */
  readonly retryAfter?: string
}

/** Longer than any time-out on the way. */
const withinMs = 20_000

/** Sends an order once, whatever becomes of it. */
export async function sendOrder(order: KeyedOrder, gatewayUrl: string, signal: AbortSignal): Promise<Attempt> {
  const sentAt = Date.now()
  try {
    const response = await fetch(`${gatewayUrl}/v1/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': order.idempotencyKey, ...(await authorization(gatewayUrl)) },
      body: JSON.stringify(order.request),
      signal: AbortSignal.any([AbortSignal.timeout(withinMs), signal]),
    })
    const body: unknown = await response.json().catch(() => undefined)
    const seen = { order, sentAt, endedAt: Date.now(), status: response.status }
    if (response.status === 202 && Value.Check(OrderAccepted, body)) return { ...seen, orderId: body.orderId }
    const { code } = Object(body) as { code?: unknown }
    const retryAfter = response.headers.get('retry-after')
    return { ...seen, ...(code !== undefined && { code: String(code) }), ...(retryAfter !== null && { retryAfter }) }
  } catch {
    signal.throwIfAborted()
    return { order, sentAt, endedAt: Date.now() }
  }
}

/** Nothing was promised, and the customer was told so and when to come back. */
export const isClearRefusal = ({ status, code, retryAfter }: Attempt): boolean =>
  status === 503 && code !== undefined && retryAfter !== undefined
