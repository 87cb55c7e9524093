import { eventsTopic } from '../../../services/shared/contracts/topology.ts'
import type { LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { eventSourcedNames } from '../../../services/shop.ts'
import { isUnreadable, toCurrentEvent } from '../log/current-event.ts'
import { partitionOf } from '../log/partition-of.ts'
import { deadLetterTopics, type ShopLog } from '../log/shop-log.ts'
import { reactionsTo } from '../reactions-to.ts'
import type { ServiceRules } from '../rules.ts'

/** An aggregate that may have events of the saga. */
interface Station {
  readonly service: string
  readonly aggregateId: string
}

/**
 * Follows an order through the choreography: from its own partitions to those of the aggregates that its events lead to, and so on. Reads each
 * of these partitions once and no other; a saga's records carry the order's id as their correlation. Dead letters are read whole.
 */
export async function readSaga(log: ShopLog, rules: Readonly<Record<string, ServiceRules>>, orderId: string): Promise<LogRecord[]> {
  const found: LogRecord[] = []
  const visited = new Set<string>()
  const visit = async (topic: string, partition: number): Promise<LogRecord[]> => {
    const own: LogRecord[] = []
    if (visited.has(`${topic}/${partition}`)) return own
    visited.add(`${topic}/${partition}`)
    for await (const record of log.read(topic, partition)) if (isOf(record, orderId)) own.push(record)
    found.push(...own)
    return own
  }
  let next: readonly Station[] = eventSourcedNames.map((service) => ({ service, aggregateId: orderId }))
  while (next.length > 0) {
    const stations = next
    next = []
    for (const { service, aggregateId } of stations) {
      const topic = eventsTopic(service)
      const partitions = (await log.partitions(topic)).length
      const records = partitions === 0 ? [] : await visit(topic, partitionOf(topic, aggregateId, partitions))
      next = [...next, ...records.flatMap((record) => stationsBehind(rules, service, record))]
    }
  }
  for (const topic of deadLetterTopics) for (const partition of await log.partitions(topic)) await visit(topic, partition)
  return found
}

function stationsBehind(rules: Readonly<Record<string, ServiceRules>>, publisher: string, record: LogRecord): readonly Station[] {
  const event = toCurrentEvent(record)
  if (isUnreadable(event)) return []
  const { id, type } = event.envelope
  return reactionsTo(rules, { publisher, id, type, data: event.data })
}

/** Records of a saga bear the order as their correlation, or as their key. */
export const isOf = ({ key, headers }: LogRecord, orderId: string): boolean =>
  headers.correlationId?.toString() === orderId || key?.toString() === orderId
