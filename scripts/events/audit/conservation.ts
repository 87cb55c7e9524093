import type { EventData, EventTypeOf } from '../../../services/shared/contracts/events/events.ts'
import { isUnreadable } from '../log/current-event.ts'
import { type Examiner, faults } from './examiner.ts'

/** What one order holds of other people's things. */
interface Holding {
  /** Cents that it costs. */
  total: number
  charged: number
  /** SKU → pieces that it asks for. */
  readonly asked: Map<string, number>
  /** SKU → pieces that it has. */
  readonly held: Map<string, number>
  end?: { readonly how: 'confirmed' | 'cancelled'; readonly at: number }
}

type Mover = EventTypeOf<'orders' | 'inventory' | 'payments'>
/** What neither ends an order nor moves money or stock. A new event of these services is folded, or named here. */
type Unmoved =
  | 'orders.OrderLineReserved'
  | 'orders.OrderReserved'
  | 'orders.OrderPaid'
  | 'orders.OrderShipped'
  | 'payments.CreditLimitChanged'
  | 'payments.PaymentDeclined'
  | 'payments.PaymentVoided'
  | 'inventory.StockReservationRefused'
  | 'inventory.StockSold'
  | 'inventory.ReservationVoided'

type Fold = { [Type in Exclude<Mover, Unmoved>]: (data: EventData<Type>, time: number) => void }

/**
 * Money and stock are moved, never made: an order that ended holds what it pays for, or nothing, and no SKU has less than nothing.
 * Memory: a few numbers an order and line.
 * @param settledBefore ms since the epoch: what an order holds that ended since may still be on its way
 */
export function examineConservation(settledBefore = Number.POSITIVE_INFINITY): Examiner {
  const money = faults('orders whose money differs from their end (confirmed: the total, cancelled: nothing)')
  const stock = faults('orders whose stock differs from their end (confirmed: every piece, cancelled: none)')
  const overdrawn = faults('SKUs that gave more than they had')
  const holdings = new Map<string, Holding>()
  const available = new Map<string, number>()

  const holdingOf = (orderId: string): Holding => {
    const holding = holdings.get(orderId) ?? { total: 0, charged: 0, asked: new Map(), held: new Map() }
    holdings.set(orderId, holding)
    return holding
  }
  const hold = (orderId: string, sku: string, pieces: number): void => {
    const { held } = holdingOf(orderId)
    held.set(sku, (held.get(sku) ?? 0) + pieces)
  }
  const charge = (orderId: string, cents: number): void => {
    holdingOf(orderId).charged += cents
  }
  const end = (orderId: string, how: 'confirmed' | 'cancelled', at: number): void => {
    holdingOf(orderId).end = { how, at }
  }
  const take = (sku: string, pieces: number): void => {
    const left = (available.get(sku) ?? 0) - pieces
    available.set(sku, left)
    if (left < 0) overdrawn.add(`${sku}: ${left}`)
  }
  const fold: Fold = {
    'orders.OrderPlaced': ({ order }) => {
      const holding = holdingOf(order.orderId)
      holding.total = order.total
      for (const { sku, quantity } of order.lines) holding.asked.set(sku, (holding.asked.get(sku) ?? 0) + quantity)
    },
    'orders.OrderConfirmed': ({ order }, time) => end(order.orderId, 'confirmed', time),
    'orders.OrderCancelled': ({ order }, time) => end(order.orderId, 'cancelled', time),
    'payments.PaymentAuthorized': ({ amount, order }) => charge(order.orderId, amount),
    'payments.PaymentRefunded': ({ amount, orderId }) => charge(orderId, -amount),
    'inventory.StockReceived': ({ sku, quantity }) => take(sku, -quantity),
    'inventory.StockReserved': ({ sku, quantity, order }) => {
      take(sku, quantity)
      hold(order.orderId, sku, quantity)
    },
    'inventory.StockReleased': ({ sku, quantity, orderId }) => {
      take(sku, -quantity)
      hold(orderId, sku, -quantity)
    },
  }

  return {
    step: ({ outcome }) => {
      for (const event of outcome)
        if (!isUnreadable(event)) {
          const take = (fold as Record<string, ((data: unknown, time: number) => void) | undefined>)[event.envelope.type]
          take?.(event.data, Date.parse(event.envelope.time))
        }
    },
    checks: () => {
      for (const [orderId, { end, total, charged, asked, held }] of holdings) {
        if (end === undefined || end.at >= settledBefore) continue
        const due = end.how === 'confirmed' ? total : 0
        if (charged !== due) money.add(`${orderId} ${end.how}: ${charged} cents instead of ${due}`)
        for (const sku of new Set([...asked.keys(), ...held.keys()])) {
          const pieces = end.how === 'confirmed' ? (asked.get(sku) ?? 0) : 0
          if ((held.get(sku) ?? 0) !== pieces) stock.add(`${orderId} ${end.how}: ${held.get(sku) ?? 0} × ${sku} instead of ${pieces}`)
        }
      }
      return [money.check(), stock.check(), overdrawn.check()]
    },
  }
}
