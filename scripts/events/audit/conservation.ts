import type { EventData, EventType } from '../../../services/shared/contracts/events/events.ts'
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
  end?: 'confirmed' | 'cancelled'
}

type Fold = { [Type in EventType]?: (data: EventData<Type>) => void }

/**
 * Money and stock are moved, never made: an order that ended holds what it pays for, or nothing, and no SKU has less than nothing.
 * Memory: a few numbers an order and line.
 */
export function examineConservation(): Examiner {
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
  const end = (orderId: string, how: 'confirmed' | 'cancelled'): void => {
    holdingOf(orderId).end = how
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
    'orders.OrderConfirmed': ({ order }) => end(order.orderId, 'confirmed'),
    'orders.OrderCancelled': ({ order }) => end(order.orderId, 'cancelled'),
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
        if (!isUnreadable(event)) (fold as Record<string, ((data: unknown) => void) | undefined>)[event.envelope.type]?.(event.data)
    },
    checks: () => {
      for (const [orderId, { end, total, charged, asked, held }] of holdings) {
        if (end === undefined) continue
        const due = end === 'confirmed' ? total : 0
        if (charged !== due) money.add(`${orderId} ${end}: ${charged} cents instead of ${due}`)
        for (const sku of new Set([...asked.keys(), ...held.keys()])) {
          const pieces = end === 'confirmed' ? (asked.get(sku) ?? 0) : 0
          if ((held.get(sku) ?? 0) !== pieces) stock.add(`${orderId} ${end}: ${held.get(sku) ?? 0} × ${sku} instead of ${pieces}`)
        }
      }
      return [money.check(), stock.check(), overdrawn.check()]
    },
  }
}
