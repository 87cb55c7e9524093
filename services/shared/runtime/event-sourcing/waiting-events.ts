import type { LogRecord, TopicPartition } from '../kafka/event-log.ts'
import { partitionName } from '../kafka/partition-name.ts'
import { readNote } from './letter-note.ts'
import { isGarbage, originOf, type Place } from './parked-record.ts'
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
}

interface WaitingPartition {
  readonly keys: Map<number, string | undefined>
  readonly offsets: Map<string, Set<number>>
}

/** The dead letters of a service, in order → what waits. Memory: a number and a key for each event that waits, nothing for what is done. */
export function waitingEvents(service: string): WaitingEvents {
  const own = [commandsOf(service), eventsOf(service)]
  const partitions = new Map<string, TopicPartition & WaitingPartition>()
  const find = (partition: TopicPartition) => partitions.get(partitionName(partition))

  const add = ({ topic, partition, offset }: Place, key: string | undefined): void => {
    const { keys, offsets } = find({ topic, partition }) ?? { keys: new Map(), offsets: new Map() }
    partitions.set(partitionName({ topic, partition }), { topic, partition, keys, offsets })
    keys.set(offset, key)
    if (key !== undefined) offsets.set(key, (offsets.get(key) ?? new Set()).add(offset))
  }

  const remove = (event: Place): void => {
    const found = find(event)
    const key = found?.keys.get(event.offset)
    found?.keys.delete(event.offset)
    if (found?.keys.size === 0) partitions.delete(partitionName(event))
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
      else add(event, isGarbage(record.headers['dlq.code']?.toString() ?? '') ? undefined : record.key?.toString())
    },
    has: (event) => find(event)?.keys.has(event.offset) ?? false,
    firstBefore: (event, key) => {
      let first: number | undefined
      for (const offset of find(event)?.offsets.get(key) ?? []) if (offset < (first ?? event.offset)) first = offset
      return first
    },
    holdsUp: (partition) => (find(partition)?.offsets.size ?? 0) > 0,
    all: function* () {
      for (const { topic, partition, keys } of partitions.values())
        for (const [offset, key] of keys) yield { topic, partition, offset, key }
    },
  }
}
