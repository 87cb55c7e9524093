import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { authorization } from '../../../access/sign-in.ts'
import type { KeyedOrder } from '../../../synthetic-orders/order-stream.ts'

/** When the customer hangs up: as soon as the order is sent, so that nobody knows what became of it; or when it is answered, unread. */
export type HangUp = 'sent' | 'answered'

const withinMs = 10_000
/** From the last byte of the order until the customer hangs up. */
const patienceMs = 5

/** Sends an order once, and hangs up before its answer is read. @returns whether it was sent: to the end, and taken, where that was waited for */
export async function loseAnswer({ idempotencyKey, request: order }: KeyedOrder, gatewayUrl: string, when: HangUp): Promise<boolean> {
  const body = JSON.stringify(order)
  const signedIn = await authorization(gatewayUrl)
  return new Promise((resolve) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'idempotency-key': idempotencyKey,
      ...signedIn,
    }
    const sending = request(new URL('/v1/orders', gatewayUrl), {
      method: 'POST',
      headers,
      agent: false,
      signal: AbortSignal.timeout(withinMs),
    })
    const hangUp = (sent: boolean) => {
      resolve(sent)
      sending.destroy()
    }
    sending.on('error', () => resolve(false))
    sending.on('response', ({ statusCode }) => hangUp(statusCode === 202))
    sending.end(body, () => {
      if (when === 'sent') void delay(patienceMs).then(() => hangUp(true))
    })
  })
}
