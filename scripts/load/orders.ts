import { setTimeout as delay } from 'node:timers/promises'
import pMap from 'p-map'
import { orderStream } from '../synthetic-orders/order-stream.ts'
import { acceptedIds, type Placement, placeOrder } from '../synthetic-orders/place-order.ts'
import { awaitEnd, type Ending } from './await-end.ts'
import { type LoadSummary, summarize } from './summary.ts'

export interface OrderLoad {
  /** Of the gateway, e.g. `http://127.0.0.1:8080`. */
  readonly gatewayUrl: string
  readonly count: number
  /** Orders under way at once. */
  readonly concurrency: number
  /** Starts are spread to this rate; without it each order follows the one before. */
  readonly ratePerSecond?: number | undefined
  /** The same seed sends the same orders under the same keys, so sent again they are no new orders. */
  readonly seed: string
  /** Default: one for every ten orders, which their credit allows. */
  readonly customers?: number | undefined
  /** ms for one order to be accepted, retries included. */
  readonly acceptWithinMs: number
  /** ms after the last order for all to end. */
  readonly endWithinMs: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((line: string) => void) | undefined
  /** An order was answered, or given up. */
  readonly onPlacement?: ((placement: Placement) => void) | undefined
}

export interface LoadReport extends LoadSummary {
  /** Ids of the accepted orders. */
  readonly orders: readonly string[]
}

/** A person who waits wants to see that something goes on. */
const reportEveryMs = 5_000
/** Readers of orders at once; more would only compete with the sagas they wait for. */
const readers = 8

/** Sends orders, waits until every accepted one has ended, and accounts for each. @throws what `signal` was aborted with */
export async function runOrderLoad(load: OrderLoad): Promise<LoadReport> {
  const { gatewayUrl, count, seed, signal, onProgress, onPlacement } = load
  const startedAt = Date.now()
  const started = performance.now()
  const customers = load.customers ?? Math.ceil(count / 10)
  let answered = 0
  const reporting = setInterval(() => onProgress?.(`${answered} of ${count} orders answered`), reportEveryMs)
  const placements = await pMap(
    orderStream({ seed, count, customers }),
    async (order, turn): Promise<Placement> => {
      const dueMs = load.ratePerSecond === undefined ? 0 : started + (turn * 1000) / load.ratePerSecond - performance.now()
      if (dueMs > 0) await delay(dueMs, undefined, { ...(signal && { signal }) })
      const placement = await placeOrder(order, { gatewayUrl, deadlineMs: load.acceptWithinMs, signal })
      answered += 1
      onPlacement?.(placement)
      return placement
    },
    { concurrency: load.concurrency },
  ).finally(() => clearInterval(reporting))
  const orders = acceptedIds(placements)
  onProgress?.(`${orders.length} of ${count} orders accepted`)
  const until = performance.now() + load.endWithinMs
  const endings = await pMap(orders, (orderId): Promise<Ending> => awaitEnd(orderId, { gatewayUrl, until, signal }), {
    concurrency: readers,
  })
  return { ...summarize(placements, endings, startedAt, performance.now() - started), orders }
}
