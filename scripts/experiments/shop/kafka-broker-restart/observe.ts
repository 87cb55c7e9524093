import { setTimeout as delay } from 'node:timers/promises'
import pMap from 'p-map'
import { orderStream } from '../../../synthetic-orders/order-stream.ts'
import { acceptedIds, placeOrder } from '../../../synthetic-orders/place-order.ts'
import type { Run } from '../../core/experiment.ts'
import { atRate } from '../sagas/at-rate.ts'
import { openSagas, type SagaReader } from '../sagas/read-sagas.ts'
import { hasEnded, ofGroup, type Sagas } from '../sagas/saga.ts'
import { sendOrder } from '../sagas/send-order.ts'
import type { ShopTarget } from '../shop-target.ts'
import type { Config, Observed } from './verdict.ts'

/** A broker starts within seconds, in a cluster in half a minute. */
const backWithinMs = 120_000
const ending = { timeoutMs: 60_000, everyMs: 250 }
/** From when the broker answers. */
const acceptWithinMs = 90_000
const concurrency = 6

/** Orders at a steady rate, the broker killed among them; when it answers again, those that were refused once more. */
export async function observe(
  { target, signal, progress, applyAction, rollbackAction, event, elapsedMs }: Run<ShopTarget>,
  { orders: count, perSecond, deadMs, sendAgain }: Config,
): Promise<Observed> {
  const sagas = await openSagas(target)
  try {
    const seed = `broker-${Date.now().toString(36)}`
    const { gatewayUrl } = target
    const orders = [...orderStream({ seed, count, customers: count })]
    const restart = async () => {
      await delay((count / perSecond) * 250, undefined, { signal })
      await applyAction()
      await delay(deadMs, undefined, { signal })
      await rollbackAction()
      return Date.now()
    }
    const [attempts, brokerStartedAt] = await Promise.all([
      atRate(orders, { perSecond, signal }, (order) => sendOrder(order, gatewayUrl, signal)),
      restart(),
    ])
    const refused = attempts.filter(({ orderId }) => orderId === undefined)
    progress(`${count - refused.length} of ${count} orders accepted, ${refused.length} refused`)
    const before = ofGroup((await readWhenBack(sagas, signal)).all(), seed)

    if (sendAgain) event('customers who were refused send again')
    const again = await pMap(
      sendAgain ? refused : [],
      ({ order }) => placeOrder(order, { gatewayUrl, deadlineMs: acceptWithinMs, signal }),
      { concurrency },
    )
    const acceptedAgain = acceptedIds(again)
    const firstAt = Math.min(...again.flatMap((one) => (one.outcome === 'accepted' ? [one.acceptedAt] : [])))
    const accepted = [...attempts.flatMap(({ orderId }) => orderId ?? []), ...acceptedAgain]
    const all = await sagas.until(
      (found) => {
        const mine = ofGroup(found, seed)
        const known = new Set(mine.map(({ orderId }) => orderId))
        return mine.every(hasEnded) && accepted.every((id) => known.has(id))
      },
      { ...ending, signal },
    )
    const after = ofGroup(all, seed)
    progress(`${after.length} orders of ${count} customers in the log`)
    return {
      startedAt: Date.now() - elapsedMs(),
      attempts,
      acceptedAgain,
      acceptingMs: acceptedAgain.length > 0 ? firstAt - brokerStartedAt : undefined,
      before,
      after,
    }
  } finally {
    await sagas.close()
  }
}

/** @throws what the log said last, when the broker does not come back */
async function readWhenBack(sagas: SagaReader, signal: AbortSignal): Promise<Sagas> {
  const until = performance.now() + backWithinMs
  for (;;) {
    try {
      return await sagas.read()
    } catch (error) {
      if (performance.now() > until) throw error
      await delay(500, undefined, { signal })
    }
  }
}
