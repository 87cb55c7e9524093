import { setTimeout as delay } from 'node:timers/promises'
import { Value } from 'typebox/value'
import { OrderAccepted } from '../../services/shared/contracts/api/orders.ts'
import { authorization } from '../access/sign-in.ts'
import type { KeyedOrder } from './order-stream.ts'

/** What became of one order at the gateway. */
export type Placement =
  | { readonly outcome: 'accepted'; readonly orderId: string; readonly acceptedAt: number; readonly ms: number; readonly retries: number }
  /** A 4xx, which trying again does not change. */
  | { readonly outcome: 'rejected'; readonly code: string; readonly retries: number }
  /** Until the deadline nobody said yes or no. */
  | { readonly outcome: 'given-up'; readonly reason: string; readonly retries: number }

/** Ids of the orders that were accepted. */
export const acceptedIds = (placements: readonly Placement[]): string[] =>
  placements.flatMap((one) => (one.outcome === 'accepted' ? [one.orderId] : []))

export interface PlaceOptions {
  /** Of the gateway. */
  readonly gatewayUrl: string
  /** ms for all attempts together. */
  readonly deadlineMs: number
  readonly signal?: AbortSignal | undefined
}

const attemptTimeoutMs = 10_000
const firstPauseMs = 50
const longestPauseMs = 1_000

/** Sends an order until it is answered: network errors and 5xx are tried again under the same key, which the shop takes for one order. */
export async function placeOrder(order: KeyedOrder, { gatewayUrl, deadlineMs, signal }: PlaceOptions): Promise<Placement> {
  const started = performance.now()
  for (let retries = 0; ; retries++) {
    signal?.throwIfAborted()
    const attempt = await send(order, gatewayUrl, signal)
    if (attempt.outcome === 'accepted') return { ...attempt, acceptedAt: Date.now(), ms: performance.now() - started, retries }
    if (attempt.outcome === 'rejected') return { ...attempt, retries }
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** retries)
    if (performance.now() + pauseMs - started > deadlineMs) return { outcome: 'given-up', reason: attempt.reason, retries }
    await delay(pauseMs, undefined, { ...(signal && { signal }) })
  }
}

type Attempt =
  | { readonly outcome: 'accepted'; readonly orderId: string }
  | { readonly outcome: 'rejected'; readonly code: string }
  | { readonly outcome: 'unanswered'; readonly reason: string }

async function send({ idempotencyKey, request }: KeyedOrder, gatewayUrl: string, signal?: AbortSignal): Promise<Attempt> {
  try {
    const response = await fetch(`${gatewayUrl}/v1/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey, ...(await authorization(gatewayUrl)) },
      body: JSON.stringify(request),
      signal: AbortSignal.any([AbortSignal.timeout(attemptTimeoutMs), ...(signal ? [signal] : [])]),
    })
    const body: unknown = await response.json().catch(() => undefined)
    if (response.status === 202 && Value.Check(OrderAccepted, body)) return { outcome: 'accepted', orderId: body.orderId }
    if (response.status >= 400 && response.status < 500)
      return { outcome: 'rejected', code: String((body as { code?: unknown } | undefined)?.code ?? response.status) }
    return { outcome: 'unanswered', reason: `status ${response.status}` }
  } catch (error) {
    return { outcome: 'unanswered', reason: error instanceof Error ? error.message : String(error) }
  }
}
