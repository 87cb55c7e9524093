import { setTimeout as delay } from 'node:timers/promises'
import { poll } from '../../../checks/poll.ts'
import { orderStream } from '../../../synthetic-orders/order-stream.ts'
import { acceptedIds, placeOrder } from '../../../synthetic-orders/place-order.ts'
import type { Run } from '../../core/experiment.ts'
import { notReady } from '../ready.ts'
import { atRate } from '../sagas/at-rate.ts'
import type { ShopTarget } from '../shop-target.ts'
import { readList, readLists } from './read-lists.ts'
import { readRebuild, requestRebuild } from './request-rebuild.ts'
import type { Config, Observed } from './verdict.ts'

const acceptWithinMs = 15_000
const building = { timeoutMs: 60_000, everyMs: 50 }
const starting = { timeoutMs: 60_000, everyMs: 250 }
const listing = { timeoutMs: 20_000, everyMs: 250 }
/** Enough of them that their credit is no matter; each has a reader. */
const customerCount = 3

/** Orders come in and lists are read while the rows are made again. */
export async function observe(
  { target, signal, progress, applyAction, elapsedMs }: Run<ShopTarget>,
  { projection, orders: count, perSecond, beside }: Config,
): Promise<Observed> {
  const { gatewayUrl } = target
  const orders = [...orderStream({ seed: `rebuild-${Date.now().toString(36)}`, count, customers: customerCount })]
  const customers = [...new Set(orders.map(({ request }) => request.customerId))]
  const readers = readLists(gatewayUrl, customers)
  let reads: Awaited<ReturnType<typeof readers.stop>> = []
  try {
    const act = async () => {
      await delay((count / perSecond) * 250, undefined, { signal })
      const begun = Date.now()
      await applyAction()
      return { begun, ...(beside && { rebuild: await followRebuild(target, projection, signal) }), ended: Date.now() }
    }
    const place = (order: (typeof orders)[number]) => placeOrder(order, { gatewayUrl, deadlineMs: acceptWithinMs, signal })
    const [placements, acted] = await Promise.all([atRate(orders, { perSecond, signal }, place), act()])
    await poll(
      () => notReady(target, ['order-history']),
      (waitingFor) => waitingFor.length === 0,
      { ...starting, signal },
    )
    reads = await readers.stop()
    const accepted = acceptedIds(placements)
    const listed = await poll(
      async () => (await Promise.all(customers.map((customer) => readList(gatewayUrl, customer)))).flatMap(({ orders: ids }) => ids ?? []),
      (ids) => accepted.every((id) => ids.includes(id)),
      { ...listing, signal },
    )
    const { begun, ended, rebuild } = acted
    const readsMeanwhile = reads.filter(({ sentAt }) => sentAt >= begun && sentAt <= ended).length
    progress(
      `${accepted.length} of ${count} orders accepted; ${reads.length} reads, ${reads.filter((read) => read.orders === undefined).length} not answered`,
    )
    return { startedAt: Date.now() - elapsedMs(), accepted, ...(rebuild && { rebuild }), reads, readsMeanwhile, listed }
  } finally {
    await readers.stop()
  }
}

/** The rebuild under way; one that is over already is done once more. */
async function followRebuild(target: ShopTarget, projection: string, signal: AbortSignal): Promise<NonNullable<Observed['rebuild']>> {
  const started = performance.now()
  const { id } = await requestRebuild(target, projection)
  const { state, report } = await poll(
    () => readRebuild(target, id),
    (rebuild) => rebuild.state !== 'building',
    { ...building, signal },
  )
  return { state, ...(report && { report }), tookMs: performance.now() - started }
}
