import type { Envelope } from '../../../../services/shared/contracts/envelope.ts'
import type { EventData, EventType } from '../../../../services/shared/contracts/events/events.ts'

/** What one customer's wish led to, by the log. */
export interface Effects {
  readonly orders: readonly string[]
  /** Of its orders, those that were confirmed or cancelled. */
  readonly ended: readonly string[]
  /** Charges, and their sum in cents. */
  readonly charges: number
  readonly cents: number
  /** Pieces that were reserved, by SKU. */
  readonly reserved: Readonly<Record<string, number>>
  readonly shipments: number
  /** Confirmations of receipt that the customer was sent. */
  readonly receipts: number
}

/** One command of these wishes, however often it lies in its topic. */
export interface Delivered {
  readonly records: number
  /** Records that the service has answered, with events or with none. */
  readonly answered: number
  /** Records that led to events. */
  readonly effective: number
}

/** A record of the log that can be read. */
export interface Seen {
  readonly envelope: Pick<Envelope, 'id' | 'type' | 'correlationId' | 'causationId' | 'source'>
  readonly data: unknown
}

/** Folds the log record by record, topic after topic. */
export interface EffectsFold {
  addEvent(record: Seen): void
  addCommand(record: Seen): void
  /** Of a customer. */
  of(customerId: string): Effects
  /** Commands of these customers' orders, by id. */
  delivered(customers: ReadonlySet<string>): ReadonlyMap<string, Delivered>
  /** Whose order it is; undefined of one that was not placed. */
  customerOf(orderId: string): string | undefined
}

type Change = (effects: Mutable) => void
interface Mutable {
  orders: string[]
  ended: Set<string>
  charges: number
  cents: number
  reserved: Record<string, number>
  shipments: number
  receipts: number
}
type Fold = { [Type in EventType]?: (data: EventData<Type>) => readonly [customerId: string, Change] }

const fold: Fold = {
  'orders.OrderPlaced': ({ order }) => [order.customerId, (all) => void all.orders.push(order.orderId)],
  'orders.OrderConfirmed': ({ order }) => [order.customerId, (all) => void all.ended.add(order.orderId)],
  'orders.OrderCancelled': ({ order }) => [order.customerId, (all) => void all.ended.add(order.orderId)],
  'payments.PaymentAuthorized': ({ customerId, amount }) => [
    customerId,
    (all) => {
      all.charges += 1
      all.cents += amount
    },
  ],
  'inventory.StockReserved': ({ order, sku, quantity }) => [
    order.customerId,
    (all) => {
      all.reserved[sku] = (all.reserved[sku] ?? 0) + quantity
    },
  ],
  'shipping.ShipmentBooked': ({ order }) => [
    order.customerId,
    (all) => {
      all.shipments += 1
    },
  ],
  'notifications.NotificationSent': ({ customerId, kind }) => [
    customerId,
    (all) => {
      if (kind === 'order-received') all.receipts += 1
    },
  ],
}

const nothing = (): Mutable => ({ orders: [], ended: new Set(), charges: 0, cents: 0, reserved: {}, shipments: 0, receipts: 0 })

export function foldEffects(): EffectsFold {
  const byCustomer = new Map<string, Mutable>()
  const owner = new Map<string, string>()
  const commands = new Map<string, { order: string; records: number }>()
  const answers = new Map<string, { all: Set<string>; effective: Set<string> }>()
  return {
    addEvent: ({ envelope: { type, causationId, source }, data }) => {
      if (source !== undefined) {
        const known = answers.get(causationId) ?? { all: new Set<string>(), effective: new Set<string>() }
        answers.set(causationId, known)
        known.all.add(source)
        if (!type.endsWith('.CommandAnswered')) known.effective.add(source)
      }
      const found = (fold as Record<string, Fold[EventType]>)[type]?.(data as never)
      if (found === undefined) return
      const [customerId, change] = found
      const effects = byCustomer.get(customerId) ?? nothing()
      byCustomer.set(customerId, effects)
      change(effects)
      if (type === 'orders.OrderPlaced') owner.set((data as EventData<'orders.OrderPlaced'>).order.orderId, customerId)
    },
    addCommand: ({ envelope: { id, correlationId } }) => {
      commands.set(id, { order: correlationId, records: (commands.get(id)?.records ?? 0) + 1 })
    },
    of: (customerId) => {
      const effects = byCustomer.get(customerId) ?? nothing()
      return { ...effects, ended: [...effects.ended] }
    },
    delivered: (customers) =>
      new Map(
        [...commands]
          .filter(([, { order }]) => customers.has(owner.get(order) ?? ''))
          .map(([id, { records }]): [string, Delivered] => {
            const { all, effective } = answers.get(id) ?? {}
            return [id, { records, answered: all?.size ?? 0, effective: effective?.size ?? 0 }]
          }),
      ),
    customerOf: (orderId) => owner.get(orderId),
  }
}
