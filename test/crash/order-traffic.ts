import { setTimeout as delay } from 'node:timers/promises'
import { orderStream } from '../../scripts/synthetic-orders/order-stream.ts'
import { seededRandom } from '../../scripts/synthetic-orders/seeded-random.ts'
import { assortment } from '../../services/shared/contracts/assortment.ts'

export interface Traffic {
  /** Ids of orders whose customers were told `202`. */
  readonly accepted: readonly string[]
  readonly counts: { cancelled: number; retries: number }
}

export interface TrafficOptions {
  readonly orderUrls: readonly string[]
  readonly seed: number
  readonly ordersPerSecond: number
  /** No new orders afterwards; those under way are still tried until `deadline`. */
  readonly until: AbortSignal
  readonly deadline: AbortSignal
}

/** An attempt waits at most this long, ms; the next one goes to another replica with the same key. */
const attemptMs = 6_000
const retryPauseMs = 300
const endless = 1_000_000
/** Shares of orders that their customers cancel, that ask for more than there is, that cost more than their credit. */
const shares = { cancelled: 0.1, soldOut: 0.03, tooDear: 0.03 }
const priceOf = new Map<string, number>(assortment.map(({ sku, price }) => [sku, price]))

/** Places orders at a steady pace, each until it is accepted, and cancels some. */
export async function orderTraffic({ orderUrls, seed, ordersPerSecond, until, deadline }: TrafficOptions): Promise<Traffic> {
  const random = seededRandom(seed)
  const accepted: string[] = []
  const counts = { cancelled: 0, retries: 0 }

  const post = async (path: string, init: RequestInit): Promise<Response | undefined> => {
    for (let attempt = Math.floor(random() * orderUrls.length); !deadline.aborted; attempt += 1) {
      const signal = AbortSignal.any([deadline, AbortSignal.timeout(attemptMs)])
      const response = await fetch(`${orderUrls[attempt % orderUrls.length]}${path}`, { ...init, method: 'POST', signal }).catch(
        () => undefined,
      )
      if (response && response.status < 500) return response
      counts.retries += 1
      await delay(retryPauseMs)
    }
    return undefined
  }
  const place = async (idempotencyKey: string, body: object, isCancelled: boolean): Promise<void> => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey }
    const response = await post('/orders', { headers, body: JSON.stringify(body) })
    if (response === undefined) return
    if (response.status !== 202) throw new Error(`orders answered ${response.status}: ${await response.text()}`)
    const { orderId } = (await response.json()) as { orderId: string }
    accepted.push(orderId)
    if (!isCancelled) return
    await delay(random() * 2_000)
    // 409 when it is too late: then nothing was promised.
    if ((await post(`/orders/${orderId}/cancel`, {}))?.status === 202) counts.cancelled += 1
  }

  const underWay: Promise<void>[] = []
  for (const { idempotencyKey, request } of orderStream({ seed: `crash-${seed}`, count: endless, customers: 50 })) {
    if (until.aborted) break
    const dice = random()
    const lines =
      dice < shares.soldOut
        ? [{ sku: 'BELL-SHIP', quantity: 4 }]
        : dice < shares.soldOut + shares.tooDear
          ? [{ sku: 'BOAT-MODEL', quantity: 1 }]
          : request.lines
    const priced = { ...request, lines: lines.map((line) => ({ ...line, unitPrice: priceOf.get(line.sku) ?? 1 })) }
    underWay.push(place(idempotencyKey, priced, random() < shares.cancelled))
    await delay(1000 / ordersPerSecond)
  }
  await Promise.all(underWay)
  return { accepted, counts }
}
