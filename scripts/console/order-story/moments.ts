import type { EventData, EventType } from '../../../services/shared/contracts/events/events.ts'
import { changesStatus, statusAfter } from '../../../services/shared/contracts/order-status.ts'
import type { TimelineEntry } from '../../events/order/order-timeline.ts'
import type { ServiceRules } from '../../events/rules.ts'
import type { Moment } from './story.ts'

type Holding = Omit<Moment, 'atMs' | 'after' | 'version' | 'status'>
type Fold = { [Type in EventType]?: (holding: Holding, data: EventData<Type>) => Partial<Holding> }

const fold: Fold = {
  'payments.PaymentAuthorized': ({ charged }, { amount }) => ({ charged: charged + amount }),
  'payments.PaymentRefunded': ({ charged }, { amount }) => ({ charged: charged - amount }),
  'inventory.StockReserved': ({ stock }, { sku, quantity }) => ({
    stock: [...others(stock, sku), { sku, pieces: quantity, how: 'reserved' }],
  }),
  'inventory.StockSold': ({ stock }, { sku, quantity }) => ({ stock: [...others(stock, sku), { sku, pieces: quantity, how: 'sold' }] }),
  'inventory.StockReleased': ({ stock }, { sku }) => ({ stock: others(stock, sku) }),
  'shipping.ShipmentBooked': () => ({ parcel: 'booked' }),
  'shipping.ParcelDispatched': () => ({ parcel: 'on its way' }),
  'shipping.ShipmentCancelled': () => ({ parcel: 'cancelled' }),
  'shipping.ParcelRecalled': () => ({ parcel: 'called back' }),
  'notifications.NotificationSent': ({ told }) => ({ told: told + 1 }),
}

const others = (stock: Holding['stock'], sku: string): Holding['stock'] => stock.filter((line) => line.sku !== sku)

/** The order as it was after each of its events: events of a saga, in order → a moment each, and the states of the order's aggregate by version. */
export function momentsOf(orders: ServiceRules, entries: readonly TimelineEntry[]): { moments: Moment[]; states: unknown[] } {
  const moments: Moment[] = []
  const { initial, evolve } = orders.decider
  const states = [initial]
  let holding: Holding = { charged: 0, stock: [], parcel: undefined, told: 0 }
  let order: Pick<Moment, 'status' | 'version'> = { status: undefined, version: 0 }
  for (const [after, { kind, service, type, data, time, version }] of entries.entries()) {
    if (kind !== 'event') continue
    const take = (fold as Readonly<Record<string, ((holding: Holding, data: unknown) => Partial<Holding>) | undefined>>)[type]
    holding = { ...holding, ...take?.(holding, data) }
    // Clocks of several machines write the times; an aggregate knows its own order.
    if (service === 'orders' && version > order.version) {
      states[version] = evolve(states[order.version], { type, data })
      order = { version, status: changesStatus(type) ? statusAfter[type] : order.status }
    }
    moments.push({ atMs: Date.parse(time), after, ...order, ...holding })
  }
  return { moments, states }
}
