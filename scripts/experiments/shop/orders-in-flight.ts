import { setTimeout as delay } from 'node:timers/promises'
import { orderStream } from '../../synthetic-orders/order-stream.ts'
import { type Placement, placeOrder } from '../../synthetic-orders/place-order.ts'
import type { BackgroundTraffic } from '../core/background-traffic.ts'
import type { ShopTarget } from './shop-target.ts'

/** What became of the orders of a run. */
export interface OrdersPlaced {
  /** Ids; the invariants say whether each is still there and has ended. */
  readonly accepted: readonly string[]
  /** Why, of those that nobody took although they were sent again and again. */
  readonly refused: readonly string[]
}

/** Enough to see a lost one, and that the shop takes orders at all. */
const first = 6
/** A saga takes less, so that some are always under way; seldom enough not to be load. */
const pauseMs = 400
const withinMs = 30_000
/** Their credit is finite. */
const customers = 50

/**
 * Orders one after another until told to stop.
 * @throws Error when the shop does not take the first of them, or what `signal` was aborted with
 */
export async function startOrders(target: ShopTarget, signal: AbortSignal): Promise<BackgroundTraffic<OrdersPlaced>> {
  const stream = orderStream({ seed: `experiment-${Date.now().toString(36)}`, count: Number.POSITIVE_INFINITY, customers })
  const placements: Placement[] = []
  const place = async (): Promise<void> => {
    const { value: order } = stream.next()
    if (order) placements.push(await placeOrder(order, { gatewayUrl: target.gatewayUrl, deadlineMs: withinMs, signal }))
  }
  for (let n = 0; n < first; n++) await place()
  if (refusals(placements).length > 0)
    throw new Error(
      `the shop did not take ${refusals(placements).length} of ${first} orders: ${[...new Set(refusals(placements))].join(', ')}`,
    )

  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const mine = turn.then(work)
    turn = mine.catch(() => {})
    return mine
  }
  const stopped = new AbortController()
  const sending = (async () => {
    while (!stopped.signal.aborted) {
      await inTurn(place)
      await delay(pauseMs, undefined, { signal: stopped.signal })
    }
    // Whoever aborted it, or told it to stop, knows.
  })().catch(() => {})
  return {
    quietly: inTurn,
    stop: async () => {
      stopped.abort()
      await sending
      return { accepted: placements.flatMap((one) => (one.outcome === 'accepted' ? [one.orderId] : [])), refused: refusals(placements) }
    },
  }
}

const refusals = (placements: readonly Placement[]): string[] =>
  placements.flatMap((one) => (one.outcome === 'rejected' ? [one.code] : one.outcome === 'given-up' ? [one.reason] : []))
