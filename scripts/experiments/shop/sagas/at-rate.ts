import { setTimeout as delay } from 'node:timers/promises'
import type { KeyedOrder } from '../../../synthetic-orders/order-stream.ts'

/** Sends every order at its time, whether those before are answered or not. @returns what became of each */
export async function atRate<Outcome>(
  orders: readonly KeyedOrder[],
  { perSecond, signal }: { readonly perSecond: number; readonly signal: AbortSignal },
  send: (order: KeyedOrder) => Promise<Outcome>,
): Promise<Outcome[]> {
  const started = performance.now()
  return Promise.all(
    orders.map(async (order, turn) => {
      await delay(Math.max(0, started + (turn * 1000) / perSecond - performance.now()), undefined, { signal })
      return send(order)
    }),
  )
}
