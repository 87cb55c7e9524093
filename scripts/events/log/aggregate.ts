import { eventsTopic } from '../../../services/shared/contracts/topology.ts'
import type { EventLog } from '../../../services/shared/runtime/kafka/event-log.ts'
import type { RecordedEvent } from '../../../services/shared/runtime/messaging/record-codec.ts'
import type { EventSourcedName } from '../../../services/shop.ts'
import { type ServiceRules, shopRules } from '../rules.ts'
import { isUnreadable, toCurrentEvent } from './current-event.ts'
import { partitionOf } from './partition-of.ts'

/** What people call the aggregates of each service. */
export const owners = {
  order: 'orders',
  customer: 'payments',
  stock: 'inventory',
  product: 'catalog',
  shipment: 'shipping',
  notifications: 'notifications',
} as const satisfies Record<string, EventSourcedName>

export type AggregateKind = keyof typeof owners

export const aggregateKinds = Object.keys(owners) as readonly AggregateKind[]

export const isAggregateKind = (word: string): word is AggregateKind => Object.hasOwn(owners, word)

/** One aggregate's own events. */
export interface AggregateHistory {
  /** For people: `order ord_…`. */
  readonly name: string
  readonly rules: ServiceRules
  readonly events: readonly RecordedEvent[]
}

/** Reads the one partition that an aggregate's events lie in, and keeps its own. */
export async function readAggregate(eventLog: EventLog, kind: AggregateKind, id: string): Promise<AggregateHistory> {
  const service = owners[kind]
  const topic = eventsTopic(service)
  const partition = partitionOf(topic, id, (await eventLog.endOffsets(topic)).size)
  const events: RecordedEvent[] = []
  for await (const { records } of eventLog.readPartitions([{ topic, partition, from: 0 }])) {
    for (const record of records) {
      if (record.key?.toString() !== id) continue
      const event = toCurrentEvent(record)
      if (!isUnreadable(event) && event.envelope.version > 0) events.push(event)
    }
  }
  return { name: `${kind} ${id}`, rules: shopRules()[service], events }
}
