import { setTimeout as delay } from 'node:timers/promises'
import pMap from 'p-map'
import { runOrderLoad } from '../../../load/orders.ts'
import { loadReportText } from '../../../load/report-text.ts'
import { orderStream } from '../../../synthetic-orders/order-stream.ts'
import { acceptedIds, type Placement, placeOrder } from '../../../synthetic-orders/place-order.ts'
import type { Run } from '../../core/experiment.ts'
import { firstReplica } from '../../core/first-replica.ts'
import { shopWorkload } from '../destinations.ts'
import { incarnation } from '../incarnation.ts'
import { openSagas } from '../sagas/read-sagas.ts'
import { hasEnded, ofGroup } from '../sagas/saga.ts'
import type { ShopTarget } from '../shop-target.ts'
import type { Config, Observed } from './verdict.ts'

/** Customers at once. */
const concurrency = 6
const acceptWithinMs = 30_000
const endWithinMs = 60_000
const ending = { timeoutMs: endWithinMs, everyMs: 250 }

/** Orders at a steady rate, a kill in the middle of them, and afterwards every customer once more: was that the same order? */
export async function observe(
  { target, signal, progress, applyAction, event, elapsedMs }: Run<ShopTarget>,
  { orders: count, perSecond, sameKey }: Config,
): Promise<Observed> {
  const sagas = await openSagas(target)
  try {
    const seed = `kill-${Date.now().toString(36)}`
    const { gatewayUrl } = target
    const identity = async () => incarnation(target, await firstReplica(target, shopWorkload('orders')))
    const before = await identity()
    const placed: Placement[] = []
    const load = runOrderLoad({
      gatewayUrl,
      count,
      concurrency,
      ratePerSecond: perSecond,
      seed,
      customers: count,
      acceptWithinMs,
      endWithinMs,
      signal,
      onPlacement: (placement) => void placed.push(placement),
    })
    let killedAt = 0
    const kill = async () => {
      await delay((count / perSecond) * 500, undefined, { signal })
      await applyAction()
      killedAt = Date.now()
      progress('killed orders with SIGKILL')
    }
    const [report] = await Promise.all([load, kill()])
    for (const line of loadReportText(report).trimEnd().split('\n')) progress(line)
    event('every customer sends again')
    const again = await pMap(
      orderStream({ seed, count, customers: count }),
      ({ idempotencyKey, request }) =>
        placeOrder(
          { request, idempotencyKey: sameKey ? idempotencyKey : `${idempotencyKey}-again` },
          { gatewayUrl, deadlineMs: acceptWithinMs, signal },
        ),
      { concurrency },
    )
    const expected = new Set(acceptedIds([...placed, ...again]))
    const found = await sagas.until((all) => [...expected].every((id) => all.some((saga) => saga.orderId === id && hasEnded(saga))), {
      ...ending,
      signal,
    })
    return {
      startedAt: Date.now() - elapsedMs(),
      load: report,
      placed,
      killedAt,
      processes: { before, after: await identity() },
      again,
      sagas: ofGroup(found, seed),
    }
  } finally {
    await sagas.close()
  }
}
