import type { OrderWorkflow } from '../../../../services/shared/contracts/api/operations.ts'
import { authorization } from '../../../access/sign-in.ts'
import { orderStream } from '../../../synthetic-orders/order-stream.ts'
import { acceptedIds, placeOrder } from '../../../synthetic-orders/place-order.ts'
import type { Run } from '../../core/experiment.ts'
import { placeByCommand } from '../sagas/place-by-command.ts'
import { openSagas } from '../sagas/read-sagas.ts'
import { hasEnded, isConfirmed, isGivenBack, ofGroup, type Saga } from '../sagas/saga.ts'
import type { ShopTarget } from '../shop-target.ts'
import type { Config, Observed } from './verdict.ts'

const acceptWithinMs = 10_000
/** After the deadline; what has not happened by then is judged as it is. */
const cancelling = { timeoutMs: 8_000, everyMs: 250 }
/** A process starts within seconds, on a slow machine it may take longer. */
const completing = { timeoutMs: 45_000, everyMs: 250 }

/**
 * Three groups of orders: under way when payments dies, placed while it is dead with time to wait, and placed without. What the log says
 * of each before payments is back, and in the end.
 */
export async function observe(
  { target, signal, progress, applyAction, rollbackAction, event, elapsedMs }: Run<ShopTarget>,
  { orders, deadlineMs, waitingHaveTime }: Config,
): Promise<Observed> {
  const sagas = await openSagas(target)
  try {
    const seed = `payments-${Date.now().toString(36)}`
    const group = (name: string) => [...orderStream({ seed: `${seed}-${name}`, count: orders, customers: orders })]
    const send = async (name: string) => {
      const { gatewayUrl } = target
      return acceptedIds(
        await Promise.all(group(name).map((order) => placeOrder(order, { gatewayUrl, deadlineMs: acceptWithinMs, signal }))),
      )
    }

    const caught = await send('caught')
    await applyAction()
    const before = (await sagas.read()).eventsOf('payments')
    const respondBy = Date.now() + deadlineMs
    await placeByCommand(sagas.eventLog, group('late'), respondBy)
    if (!waitingHaveTime) await placeByCommand(sagas.eventLog, group('waiting'), respondBy)
    const waiting = waitingHaveTime ? await send('waiting') : []
    event('orders placed without payments')
    const all = (of: string, are: (saga: Saga) => boolean) => (found: readonly Saga[]) =>
      ofGroup(found, `${seed}-${of}`).filter(are).length === orders
    const whileDown = await sagas.until(all('late', hasEnded), { ...cancelling, signal })
    const pages = await Promise.all(waiting.map((orderId) => waitsFor(target, orderId, signal)))
    const eventsWhileDown = (await sagas.read()).eventsOf('payments') - before
    progress(`payments is dead: ${ofGroup(whileDown, `${seed}-late`).filter(hasEnded).length} of ${orders} orders out of time cancelled`)

    await rollbackAction()
    const backAt = Date.now()
    const done = (found: readonly Saga[]) =>
      all('caught', hasEnded)(found) && all('waiting', hasEnded)(found) && all('late', isGivenBack)(found)
    const found = await sagas.until(done, { ...completing, signal })
    const of = (name: string) => ofGroup(found, `${seed}-${name}`)
    progress(`payments is back: ${of('waiting').filter(isConfirmed).length} of ${orders} orders that waited are confirmed`)
    return {
      startedAt: Date.now() - elapsedMs(),
      accepted: { caught: caught.length, waiting: waiting.length },
      eventsWhileDown,
      waitedFor: pages,
      cancelledWhileDown: ofGroup(whileDown, `${seed}-late`).flatMap(({ cancelled }) => cancelled?.reason ?? []),
      backAt,
      caught: of('caught'),
      waiting: of('waiting'),
      late: of('late'),
    }
  } finally {
    await sagas.close()
  }
}

/** What an order waits for, as its customer sees it. */
async function waitsFor({ gatewayUrl }: ShopTarget, orderId: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(`${gatewayUrl}/v1/orders/${orderId}/workflow`, { headers: await authorization(gatewayUrl), signal })
  const { waitingFor } = (await response.json()) as Partial<OrderWorkflow>
  return waitingFor?.service ?? `nothing (${response.status})`
}
