import pMap from 'p-map'
import type { OrderDetail } from '../../../../services/shared/contracts/api/order-history.ts'
import { authorization } from '../../../access/sign-in.ts'
import { orderStream } from '../../../synthetic-orders/order-stream.ts'
import { acceptedIds, placeOrder } from '../../../synthetic-orders/place-order.ts'
import type { Run } from '../../core/experiment.ts'
import { atRate } from '../sagas/at-rate.ts'
import { openSagas } from '../sagas/read-sagas.ts'
import { isConfirmed, ofGroup } from '../sagas/saga.ts'
import type { ShopTarget } from '../shop-target.ts'
import { type Config, type Observed, outstanding } from './verdict.ts'

const acceptWithinMs = 15_000
const confirming = { timeoutMs: 30_000, everyMs: 250 }
const concurrency = 6

/** Orders while one consumer is stopped; what is outstanding before it goes on, and how long it takes to work it off. */
export async function observe(
  { target, signal, progress, applyAction, rollbackAction, elapsedMs }: Run<ShopTarget>,
  { orders: count, perSecond, workedOffWithinMs, goesOn }: Config,
): Promise<Observed> {
  const sagas = await openSagas(target)
  try {
    const seed = `slow-${Date.now().toString(36)}`
    const { gatewayUrl } = target
    await applyAction()
    const before = (await sagas.read()).eventsOf('notifications')
    const orders = [...orderStream({ seed, count, customers: count })]
    const placements = await atRate(orders, { perSecond, signal }, (order) =>
      placeOrder(order, { gatewayUrl, deadlineMs: acceptWithinMs, signal }),
    )
    const accepted = acceptedIds(placements)
    const confirmed = await sagas.until((found) => ofGroup(found, seed).filter(isConfirmed).length >= accepted.length, {
      ...confirming,
      signal,
    })
    const whileStopped = ofGroup(confirmed, seed)
    const pages = await pMap(accepted, (orderId) => statusOf(gatewayUrl, orderId, signal), { concurrency })
    const eventsWhileStopped = (await sagas.read()).eventsOf('notifications') - before
    progress(
      `notifications is stopped: ${whileStopped.filter(isConfirmed).length} of ${count} orders confirmed, ${outstanding(whileStopped)} notifications outstanding`,
    )

    if (goesOn) await rollbackAction()
    const wentOnAt = performance.now()
    const all = await sagas.until((found) => outstanding(ofGroup(found, seed)) === 0, {
      timeoutMs: workedOffWithinMs,
      everyMs: 100,
      signal,
    })
    const after = ofGroup(all, seed)
    const workedOffMs = outstanding(after) === 0 ? performance.now() - wentOnAt : undefined
    progress(`${outstanding(after)} notifications outstanding after ${((performance.now() - wentOnAt) / 1000).toFixed(1)} s`)
    return { startedAt: Date.now() - elapsedMs(), accepted: accepted.length, eventsWhileStopped, whileStopped, after, pages, workedOffMs }
  } finally {
    await sagas.close()
  }
}

async function statusOf(gatewayUrl: string, orderId: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(`${gatewayUrl}/v1/orders/${orderId}`, { headers: await authorization(gatewayUrl), signal })
  const { status } = (await response.json()) as Partial<OrderDetail>
  return response.status === 200 ? String(status) : `no page (${response.status})`
}
