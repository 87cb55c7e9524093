import type { EventData, EventType } from '../../../services/shared/contracts/events/events.ts'
import { isUnreadable } from '../log/current-event.ts'
import { type Examiner, faults } from './examiner.ts'

/** What one order holds of other people's things. */
interface Holding {
  /** Cents and pieces that it asks for; undefined until it is placed. */
  total?: number
  pieces?: number
  end?: 'confirmed' | 'cancelled'
  charged: number
  held: number
}

type Fold = { [Type in EventType]?: (data: EventData<Type>) => void }

/**
 * Money and stock are moved, never made: an order that ended holds what it pays for, or nothing, and no SKU has less than nothing.
 * Memory: a few numbers an order.
 */
export function examineConservation(): Examiner {
  const money = faults('orders whose money differs from their end (confirmed: the total, cancelled: nothing)')
  const stock = faults('orders whose stock differs from their end (confirmed: every piece, cancelled: none)')
  const overdrawn = faults('SKUs that gave more than they had')
  const holdings = new Map<string, Holding>()
  const available = new Map<string, number>()

  const change = (orderId: string, update: (holding: Holding) => void): void => {
    const holding = holdings.get(orderId) ?? { charged: 0, held: 0 }
    update(holding)
    holdings.set(orderId, holding)
  }
  const hold = (orderId: string, pieces: number): void =>
    change(orderId, (holding) => {
      holding.held += pieces
    })
  const charge = (orderId: string, cents: number): void =>
    change(orderId, (holding) => {
      holding.charged += cents
    })
  const end = (orderId: string, how: 'confirmed' | 'cancelled'): void =>
    change(orderId, (holding) => {
      holding.end = how
    })
  const take = (sku: string, pieces: number): void => {
    const left = (available.get(sku) ?? 0) - pieces
    available.set(sku, left)
    if (left < 0) overdrawn.add(`${sku}: ${left}`)
  }
  const fold: Fold = {
    'orders.OrderPlaced': ({ order }) =>
      change(order.orderId, (holding) => {
        holding.total = order.total
        holding.pieces = order.lines.reduce((sum, { quantity }) => sum + quantity, 0)
      }),
    'orders.OrderConfirmed': ({ order }) => end(order.orderId, 'confirmed'),
    'orders.OrderCancelled': ({ order }) => end(order.orderId, 'cancelled'),
    'payments.PaymentAuthorized': ({ amount, order }) => charge(order.orderId, amount),
    'payments.PaymentRefunded': ({ amount, orderId }) => charge(orderId, -amount),
    'inventory.StockReceived': ({ sku, quantity }) => take(sku, -quantity),
    'inventory.StockReserved': ({ sku, quantity, order }) => {
      take(sku, quantity)
      hold(order.orderId, quantity)
    },
    'inventory.StockReleased': ({ sku, quantity, orderId }) => {
      take(sku, -quantity)
      hold(orderId, -quantity)
    },
  }

  return {
    step: ({ outcome }) => {
      for (const event of outcome)
        if (!isUnreadable(event)) (fold as Record<string, ((data: unknown) => void) | undefined>)[event.envelope.type]?.(event.data)
    },
    checks: () => {
      for (const [orderId, { end, charged, held, total = 0, pieces = 0 }] of holdings) {
        if (end === undefined) continue
        const due = end === 'confirmed' ? { cents: total, pieces } : { cents: 0, pieces: 0 }
        if (charged !== due.cents) money.add(`${orderId} ${end}: ${charged} of ${due.cents} cents`)
        if (held !== due.pieces) stock.add(`${orderId} ${end}: ${held} of ${due.pieces} pieces`)
      }
      return [money.check(), stock.check(), overdrawn.check()]
    },
  }
}
