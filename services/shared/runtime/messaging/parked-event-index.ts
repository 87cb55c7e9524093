import { type LogRecord, partitionName, type TopicPartition } from '../kafka/event-log.ts'
import { isGarbage, originOf, type RecordPosition, readResolution } from './dead-letter.ts'
import { commandsOf, eventsOf } from './topic-names.ts'

/** Events of other services that a service could not handle and that wait to be redriven or discarded. */
export interface ParkedEventIndex {
  /** The next record of the service's dead letter topic. Taking one again, with all that follow it, changes nothing. */
  take(record: LogRecord): void
  has(event: RecordPosition): boolean
  /** Offset of the first event of the key that waits in front of this one. */
  firstBefore(event: RecordPosition, key: string): number | undefined
  /** Some key of the partition waits. */
  holdsUp(partition: TopicPartition): boolean
  /** `key` is undefined for garbage, behind which nothing waits. */
  all(): Iterable<RecordPosition & { readonly key: string | undefined }>
  /** Offset of the first dead letter that counts: whoever begins to read there knows the same. Undefined when nothing waits. */
  firstDeadLetter(): number | undefined
}

interface ParkedEvent {
  readonly key: string | undefined
  /** Offset of its dead letter; of several, the first. */
  readonly deadLetter: number
}

interface ParkedPartition {
  readonly events: Map<number, ParkedEvent>
  readonly offsets: Map<string, Set<number>>
}

/** The dead letters of a service, in order → what waits. Memory: a number and a key for each event that waits, nothing for what is done. */
export function parkedEventIndex(service: string): ParkedEventIndex {
  const own = [commandsOf(service), eventsOf(service)]
  const partitions = new Map<string, TopicPartition & ParkedPartition>()
  const find = (partition: TopicPartition) => partitions.get(partitionName(partition))

  const add = ({ topic, partition, offset }: RecordPosition, { key, deadLetter }: ParkedEvent): void => {
    const { events, offsets } = find({ topic, partition }) ?? { events: new Map(), offsets: new Map() }
    partitions.set(partitionName({ topic, partition }), { topic, partition, events, offsets })
    events.set(offset, { key, deadLetter: events.get(offset)?.deadLetter ?? deadLetter })
    if (key !== undefined) offsets.set(key, (offsets.get(key) ?? new Set()).add(offset))
  }

  const remove = (event: RecordPosition): void => {
    const found = find(event)
    const key = found?.events.get(event.offset)?.key
    found?.events.delete(event.offset)
    if (found?.events.size === 0) partitions.delete(partitionName(event))
    if (!found || key === undefined) return
    const offsets = found.offsets.get(key)
    offsets?.delete(event.offset)
    if (offsets?.size === 0) found.offsets.delete(key)
  }

  return {
    take: (record) => {
      const event = originOf(record)
      if (!event || own.includes(event.topic)) return
      if (readResolution(record)) remove(event)
      else {
        const key = isGarbage(record.headers['dlq.code']?.toString() ?? '') ? undefined : record.key?.toString()
        add(event, { key, deadLetter: record.offset })
      }
    },
    has: (event) => find(event)?.events.has(event.offset) ?? false,
    firstBefore: (event, key) => {
      let first: number | undefined
      for (const offset of find(event)?.offsets.get(key) ?? []) if (offset < (first ?? event.offset)) first = offset
      return first
    },
    holdsUp: (partition) => (find(partition)?.offsets.size ?? 0) > 0,
    all: function* () {
      for (const { topic, partition, events } of partitions.values())
        for (const [offset, { key }] of events) yield { topic, partition, offset, key }
    },
    firstDeadLetter: () => {
      let first: number | undefined
      for (const { events } of partitions.values())
        for (const { deadLetter } of events.values()) if (deadLetter < (first ?? Number.POSITIVE_INFINITY)) first = deadLetter
      return first
    },
  }
}
