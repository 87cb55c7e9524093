import { seedCommands as listing } from '../../../services/catalog/reactions.ts'
import { seedCommands as stocking } from '../../../services/inventory/reactions.ts'
import { assortment } from '../../../services/shared/contracts/assortment.ts'
import type { OrderSnapshot } from '../../../services/shared/contracts/values.ts'
import type { CommandMessage } from '../../../services/shared/runtime/event-sourcing/decider.ts'
import { deriveId } from '../../../services/shared/runtime/messaging/derive-id.ts'
import type { EventSourcedName } from '../../../services/shop.ts'
import { orderStream } from '../../synthetic-orders/order-stream.ts'
import { seededRandom } from '../../synthetic-orders/seeded-random.ts'
import type { GivenCommand } from './simulated-log.ts'

export interface SimulatedOrdersOptions {
  readonly count: number
  readonly seed: number
  /** ms since 1970, of the seed commands. */
  readonly from: number
  /** ms over which the orders are spread evenly. */
  readonly lasting: number
}

/** Shares of orders that their customers cancel, that ask for more than there is, that cost more than their credit. */
const shares = { cancelled: 0.05, soldOut: 0.02, tooDear: 0.02 }
/** Few enough to have a history, many enough for their credit to last. */
const ordersPerCustomer = 5
const respondWithinMs = 15 * 60_000
const catalog = new Map<string, number>(assortment.map(({ sku, price }) => [sku, price]))

/** What happens to a shop: seed commands fill it, people order, some change their minds; the same for the same seed. */
export function* simulatedOrders({ count, seed, from, lasting }: SimulatedOrdersOptions): Generator<GivenCommand> {
  yield* seeded('catalog', listing, from)
  yield* seeded('inventory', stocking, from)
  const random = seededRandom(seed)
  const customers = Math.ceil(count / ordersPerCustomer)
  let placed = 0
  for (const { idempotencyKey, request } of orderStream({ seed: `simulated-${seed}`, count, customers })) {
    placed += 1
    const at = from + Math.floor((lasting * placed) / count)
    const orderId = `ord_${deriveId(idempotencyKey)}`
    const lines = chosenLines(random(), request.lines).map((line) => ({ ...line, unitPrice: catalog.get(line.sku) ?? 1 }))
    const total = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0)
    const order: OrderSnapshot = { orderId, ...request, lines, total }
    const respondBy = new Date(at + respondWithinMs).toISOString()
    const asked = { service: 'orders', aggregateId: orderId, correlationId: orderId } as const
    yield { ...asked, id: idempotencyKey, at, command: { type: 'PlaceOrder', data: { order, requestHash: idempotencyKey, respondBy } } }
    if (random() >= shares.cancelled) continue
    const data = { orderId, reason: 'customer', detail: 'Cancelled by the customer.' }
    yield { ...asked, id: `${idempotencyKey}-cancel`, at: at + Math.floor(random() * 60), command: { type: 'CancelOrder', data } }
  }
}

function chosenLines(dice: number, lines: readonly { readonly sku: string; readonly quantity: number }[]) {
  if (dice < shares.soldOut) return [{ sku: 'BELL-SHIP', quantity: 4 }]
  return dice < shares.soldOut + shares.tooDear ? [{ sku: 'BOAT-MODEL', quantity: 1 }] : lines
}

function* seeded(service: EventSourcedName, commands: readonly CommandMessage[], at: number): Generator<GivenCommand> {
  for (const { aggregateId, command } of commands) {
    const id = deriveId('opening', service, command.type, aggregateId)
    yield { service, id, correlationId: id, aggregateId, command, at }
  }
}
