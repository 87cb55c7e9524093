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

/** What a log says about the business, folded record by record. */
export interface BusinessFacts {
  add(record: AuditedRecord): void
  addUnreadable(where: string): void
  readonly unreadable: readonly string[]
  readonly aggregates: number
  /** Aggregates whose versions are not 1, 2, 3 …, with what was found. */
  readonly versionFaults: readonly string[]
  /** Order → when it was placed, ms since the epoch. */
  readonly placed: ReadonlyMap<string, number>
  /** Order → `confirmed` or `cancelled`: the last of the two, because a confirmed order may still be cancelled. */
  readonly ended: ReadonlyMap<string, 'confirmed' | 'cancelled'>
  /** Where the authorisations of each order lie. */
  readonly charges: ReadonlyMap<string, readonly string[]>
}

type Fold = { [Type in EventType]?: (data: EventData<Type>, where: string, time: number) => void }

export function createBusinessFacts(): BusinessFacts {
  const unreadable: string[] = []
  const versionFaults: string[] = []
  const versions = new Map<string, number>()
  const placed = new Map<string, number>()
  const ended = new Map<string, 'confirmed' | 'cancelled'>()
  const charges = new Map<string, string[]>()
  const fold: Fold = {
    'orders.OrderPlaced': ({ order }, _, time) => placed.set(order.orderId, time),
    'orders.OrderConfirmed': ({ order }) => ended.set(order.orderId, 'confirmed'),
    'orders.OrderCancelled': ({ order }) => ended.set(order.orderId, 'cancelled'),
    'payments.PaymentAuthorized': ({ order }, where) => charges.set(order.orderId, [...(charges.get(order.orderId) ?? []), where]),
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
      const take = (fold as Record<string, ((data: unknown, where: string, time: number) => void) | undefined>)[type]
      take?.(record.data, where, Date.parse(record.envelope.time))
    },
  }
}
