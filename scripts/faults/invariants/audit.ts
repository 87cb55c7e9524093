import { commandAnsweredType } from '../../../services/shared/contracts/command-answered.ts'
import type { Envelope } from '../../../services/shared/contracts/envelope.ts'
import type { EventData, EventType } from '../../../services/shared/contracts/events/events.ts'

/** A record of an events topic. */
export interface AuditedRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly envelope: Envelope
  readonly data: unknown
}

export interface Stock {
  readonly received: number
  readonly reserved: number
  readonly sold: number
}

/** What the whole log says about the business, folded record by record. */
export interface Audit {
  add(record: AuditedRecord): void
  addUnreadable(where: string): void
  readonly unreadable: readonly string[]
  readonly aggregates: number
  /** Aggregates whose versions are not 1, 2, 3 …, with what was found. */
  readonly versionFaults: readonly string[]
  readonly placed: ReadonlySet<string>
  /** Order → `confirmed` or `cancelled`: the last of the two, because a confirmed order may still be cancelled. */
  readonly ended: ReadonlyMap<string, 'confirmed' | 'cancelled'>
  /** Where the authorisations of each order lie. */
  readonly charges: ReadonlyMap<string, readonly string[]>
  /** Customer → cents authorised and not refunded. */
  readonly creditUsed: ReadonlyMap<string, number>
  readonly stock: ReadonlyMap<string, Stock>
}

type Fold = { [Type in EventType]?: (data: EventData<Type>, where: string) => void }

export function createAudit(): Audit {
  const unreadable: string[] = []
  const versionFaults: string[] = []
  const versions = new Map<string, number>()
  const placed = new Set<string>()
  const ended = new Map<string, 'confirmed' | 'cancelled'>()
  const charges = new Map<string, string[]>()
  const creditUsed = new Map<string, number>()
  const stock = new Map<string, Stock>()

  const charge = (customerId: string, cents: number) => creditUsed.set(customerId, (creditUsed.get(customerId) ?? 0) + cents)
  const move = (sku: string, change: Partial<Stock>) => {
    const { received, reserved, sold } = stock.get(sku) ?? { received: 0, reserved: 0, sold: 0 }
    stock.set(sku, {
      received: received + (change.received ?? 0),
      reserved: reserved + (change.reserved ?? 0),
      sold: sold + (change.sold ?? 0),
    })
  }
  const fold: Fold = {
    'orders.OrderPlaced': ({ order }) => placed.add(order.orderId),
    'orders.OrderConfirmed': ({ order }) => ended.set(order.orderId, 'confirmed'),
    'orders.OrderCancelled': ({ order }) => ended.set(order.orderId, 'cancelled'),
    'payments.PaymentAuthorized': ({ customerId, amount, order }, where) => {
      charges.set(order.orderId, [...(charges.get(order.orderId) ?? []), where])
      charge(customerId, amount)
    },
    'payments.PaymentRefunded': ({ customerId, amount }) => charge(customerId, -amount),
    'inventory.StockReceived': ({ sku, quantity }) => move(sku, { received: quantity }),
    'inventory.StockReserved': ({ sku, quantity }) => move(sku, { reserved: quantity }),
    'inventory.StockSold': ({ sku, quantity }) => move(sku, { reserved: -quantity, sold: quantity }),
    'inventory.StockReleased': ({ sku, quantity, from }) => move(sku, { [from]: -quantity }),
  }

  const countVersion = ({ topic, envelope: { aggregateId, version } }: AuditedRecord, where: string) => {
    const aggregate = `${topic} ${aggregateId}`
    const expected = (versions.get(aggregate) ?? 0) + 1
    if (version !== expected) versionFaults.push(`${where}: version ${version} of ${aggregateId} where ${expected} is due`)
    versions.set(aggregate, version)
  }

  return {
    unreadable,
    versionFaults,
    placed,
    ended,
    charges,
    creditUsed,
    stock,
    get aggregates() {
      return versions.size
    },
    addUnreadable: (where) => {
      unreadable.push(where)
    },
    add: (record) => {
      const { type } = record.envelope
      const where = `${record.topic}/${record.partition}/${record.offset}`
      // Answers to commands carry no version: nothing changed.
      if (type === commandAnsweredType(record.topic.split('.')[0] ?? '')) return
      countVersion(record, where)
      ;(fold as Record<string, ((data: unknown, where: string) => void) | undefined>)[type]?.(record.data, where)
    },
  }
}
