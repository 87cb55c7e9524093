import pMap from 'p-map'
import type { OrderDetail } from '../../../services/shared/contracts/api/order-history.ts'
import { authorization } from '../../access/sign-in.ts'
import { type KeyedOrder, orderStream } from '../../synthetic-orders/order-stream.ts'
import { placeOrder } from '../../synthetic-orders/place-order.ts'
import { percentile } from '../statistics.ts'

export interface Visibility {
  readonly orders: number
  /** Milliseconds from the `202` to the order's page with its first version, asked for with `Prefer: wait`. */
  readonly p50: number
  readonly p99: number
  /** Accepted, but not to be seen within the wait. */
  readonly unseen: number
}

export interface VisibilityOptions {
  /** Of the gateway. */
  readonly gatewayUrl: string
  readonly count: number
  readonly concurrency: number
  readonly signal: AbortSignal
}

const waitSeconds = 8

/** Places orders and reads each at once, as a shopper's browser would: how far is the query side behind the command side? */
export async function measureVisibility({ gatewayUrl, count, concurrency, signal }: VisibilityOptions): Promise<Visibility> {
  const orders = orderStream({ seed: `visible-${Date.now()}`, count, customers: count })
  const times: number[] = []
  let unseen = 0
  const shop = async (order: KeyedOrder): Promise<void> => {
    const placed = await placeOrder(order, { gatewayUrl, deadlineMs: 30_000, signal })
    if (placed.outcome !== 'accepted') throw new Error(`an order was not accepted: ${placed.outcome}`)
    const accepted = performance.now()
    if (await isVisible(gatewayUrl, placed.orderId, signal)) times.push(performance.now() - accepted)
    else unseen += 1
  }
  await pMap(orders, shop, { concurrency })
  return { orders: count, p50: percentile(times, 0.5), p99: percentile(times, 0.99), unseen }
}

async function isVisible(gatewayUrl: string, orderId: string, signal: AbortSignal): Promise<boolean> {
  const headers = { prefer: `wait=${waitSeconds}`, 'if-none-match': '"1"', ...(await authorization(gatewayUrl)) }
  const response = await fetch(`${gatewayUrl}/v1/orders/${orderId}`, { headers, signal })
  const page: unknown = await response.json()
  return response.status === 200 && (page as OrderDetail).version >= 1
}
