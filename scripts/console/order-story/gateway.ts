import { randomBytes } from 'node:crypto'
import { Value } from 'typebox/value'
import { OrderAccepted, type OrderRequest } from '../../../services/shared/contracts/api/orders.ts'
import { authorization } from '../../access/sign-in.ts'
import { CommandError, messageOf } from '../../cli/command-error.ts'

/** Longer than the gateway itself takes. */
const timeoutMs = 12_000

/**
 * Places an order as a customer does, who wants it to be traced however many others there are.
 * @returns its id
 * @throws CommandError with what the gateway says
 */
export async function placeOrder(gatewayUrl: string, request: OrderRequest, idempotencyKey: string): Promise<string> {
  return accepted(await post(gatewayUrl, '/v1/orders', { 'idempotency-key': idempotencyKey, traceparent: keptTrace() }, request))
}

/** A new trace that is to be kept. https://www.w3.org/TR/trace-context/#traceparent-header */
const keptTrace = (): string => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`

/** @throws CommandError with what the gateway says */
export async function cancelOrder(gatewayUrl: string, orderId: string): Promise<void> {
  await post(gatewayUrl, `/v1/orders/${encodeURIComponent(orderId)}/cancel`, {}, {})
}

/** What the read model says of an order at a moment (RFC 3339), or now. @throws CommandError when the gateway does not answer */
export async function orderAsOf(gatewayUrl: string, orderId: string, at?: string): Promise<{ status: number; body: unknown }> {
  const query = at === undefined ? '' : `?at=${encodeURIComponent(at)}`
  const response = await fetch(`${gatewayUrl}/v1/orders/${encodeURIComponent(orderId)}${query}`, {
    headers: await authorization(gatewayUrl),
    signal: AbortSignal.timeout(timeoutMs),
  }).catch(notAnswered)
  return { status: response.status, body: await response.json().catch(() => undefined) }
}

function accepted(body: unknown): string {
  if (!Value.Check(OrderAccepted, body)) throw new CommandError('The gateway took the order and did not say its id.')
  return body.orderId
}

async function post(gatewayUrl: string, path: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<unknown> {
  const response = await fetch(`${gatewayUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers, ...(await authorization(gatewayUrl)) },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  }).catch(notAnswered)
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.status === 202) return answer
  const { code, detail, title } = (answer ?? {}) as Readonly<Record<string, unknown>>
  throw new CommandError(`The gateway answers ${[response.status, code, detail ?? title].filter(Boolean).join(' ')}`)
}

function notAnswered(error: unknown): never {
  throw new CommandError(`The gateway does not answer: ${messageOf(error)}`)
}
