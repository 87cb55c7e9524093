import { type LogRecord, partitionName, type TopicPartition } from '../kafka/event-log.ts'
import { isGarbage, originOf, type Place, readNote } from './dead-letter.ts'
import { commandsOf, eventsOf } from './topic-names.ts'

/** Events of other services that a service has put aside and that wait to be redriven or discarded. */
export interface WaitingEvents {
  /** The next record of the service's dead letter topic. Taking one again, with all that follow it, changes nothing. */
  take(record: LogRecord): void
  has(event: Place): boolean
  /** Offset of the first event of the key that waits in front of this one. */
  firstBefore(event: Place, key: string): number | undefined
  /** Some key of the partition waits. */
  holdsUp(partition: TopicPartition): boolean
  /** `key` is undefined for garbage, behind which nothing waits. */
  all(): Iterable<Place & { readonly key: string | undefined }>
  /** Offset of the first letter that counts: whoever begins to read there knows the same. Undefined when nothing waits. */
  firstLetter(): number | undefined
}

interface WaitingEvent {
  readonly key: string | undefined
  /** Offset of its letter; of several, the first. */
  readonly letter: number
}

interface WaitingPartition {
  readonly events: Map<number, WaitingEvent>
  readonly offsets: Map<string, Set<number>>
}

/** The dead letters of a service, in order → what waits. Memory: a number and a key for each event that waits, nothing for what is done. */
export function waitingEvents(service: string): WaitingEvents {
  const own = [commandsOf(service), eventsOf(service)]
  const partitions = new Map<string, TopicPartition & WaitingPartition>()
  const find = (partition: TopicPartition) => partitions.get(partitionName(partition))

  const add = ({ topic, partition, offset }: Place, { key, letter }: WaitingEvent): void => {
    const { events, offsets } = find({ topic, partition }) ?? { events: new Map(), offsets: new Map() }
    partitions.set(partitionName({ topic, partition }), { topic, partition, events, offsets })
    events.set(offset, { key, letter: events.get(offset)?.letter ?? letter })
    if (key !== undefined) offsets.set(key, (offsets.get(key) ?? new Set()).add(offset))
  }

  const remove = (event: Place): void => {
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
      if (readNote(record)) remove(event)
      else {
        const key = isGarbage(record.headers['dlq.code']?.toString() ?? '') ? undefined : record.key?.toString()
        add(event, { key, letter: record.offset })
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
    firstLetter: () => {
      let first: number | undefined
      for (const { events } of partitions.values())
        for (const { letter } of events.values()) if (letter < (first ?? Number.POSITIVE_INFINITY)) first = letter
      return first
    },
  }
}
