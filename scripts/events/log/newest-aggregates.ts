import { eventsTopic } from '../../../services/shared/contracts/topology.ts'
import type { EventLog, PartitionRange } from '../../../services/shared/runtime/kafka/event-log.ts'
import { type AggregateKind, owners } from './aggregate.ts'
import { isUnreadable, toCurrentEvent } from './current-event.ts'

/** An aggregate as its newest event leaves it. */
export interface AggregateHead {
  readonly kind: AggregateKind
  readonly id: string
  readonly version: number
  /** Of the newest event, e.g. `orders.OrderConfirmed`. */
  readonly type: string
  /** RFC 3339 */
  readonly time: string
}

/** Which aggregates are looked for. */
export interface Newest {
  readonly kind: AggregateKind
  /** At most so many. */
  readonly limit: number
  /** All when absent. */
  readonly wanted?: (head: AggregateHead) => boolean
}

/** An order has about five events and five answers that are none. */
const recordsOfOne = 16

/** @returns those whose newest event is the newest, that one first */
export async function newestAggregates(eventLog: EventLog, newest: Newest): Promise<readonly AggregateHead[]> {
  const { limit, wanted = () => true } = newest
  const topic = eventsTopic(owners[newest.kind])
  const found: AggregateHead[] = []
  let ends: Ends = await eventLog.endOffsets(topic)
  // The ends of partitions, and more of those in which too little is found.
  for (let records = limit * recordsOfOne; ends.size > 0; records *= 4) {
    const ranges = [...ends].map(([partition, end]) => ({ topic, partition, from: Math.max(0, end - records) }))
    const heads = await headsIn(eventLog, newest.kind, ranges)
    const chosen = new Map(ranges.map(({ partition }) => [partition, [...(heads.get(partition)?.values() ?? [])].filter(wanted)]))
    const isEnough = (partition: number, end: number): boolean => (chosen.get(partition)?.length ?? 0) >= limit || end <= records
    found.push(...[...ends].flatMap(([partition, end]) => (isEnough(partition, end) ? (chosen.get(partition) ?? []) : [])))
    ends = new Map([...ends].filter(([partition, end]) => !isEnough(partition, end)))
  }
  return found.toSorted((one, other) => (one.time < other.time ? 1 : -1)).slice(0, limit)
}

/** Partition → offset behind its last record. */
type Ends = ReadonlyMap<number, number>

/** @returns partition → id → its head */
async function headsIn(
  eventLog: EventLog,
  kind: AggregateKind,
  ranges: readonly PartitionRange[],
): Promise<ReadonlyMap<number, ReadonlyMap<string, AggregateHead>>> {
  const heads = new Map<number, Map<string, AggregateHead>>(ranges.map(({ partition }) => [partition, new Map()]))
  for await (const { partition, records } of eventLog.readPartitions(ranges)) {
    for (const record of records) {
      const event = toCurrentEvent(record)
      if (isUnreadable(event) || event.envelope.version === 0) continue
      const { aggregateId: id, version, type, time } = event.envelope
      heads.get(partition)?.set(id, { kind, id, version, type, time })
    }
  }
  return heads
}
