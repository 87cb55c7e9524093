import { setTimeout } from 'node:timers/promises'
import {
  CommitOutcomeUnknown,
  type EventLog,
  Fenced,
  type LogRecord,
  type OutgoingRecord,
  partitionName,
  type RecordBatch,
  type TopicPartition,
  TransactionFailed,
} from '../kafka/event-log.ts'
import { partitioning } from '../kafka/writing/partitioning.ts'

/** Before a batch that was not handled comes again. */
const retryMs = 10

/** How the next commit ends. `committed-unknown`: the records are there, the answer is lost. */
export type CommitFate = 'ok' | 'failed' | 'fenced' | 'committed-unknown' | 'lost-unknown'

/**
 * The log in memory, for tests and for a first look: subscriptions, followers, transactions, fencing, and commits that fail on demand.
 * Every topic is there without being created.
 */
export interface InMemoryEventLog extends EventLog {
  /** One partition after the other. */
  read(topic: string): readonly LogRecord[]
  /** As if the topic were deleted and created again. */
  empty(topic: string): void
}

export const toLogRecord = (record: OutgoingRecord, offset: number): LogRecord => ({
  topic: record.topic,
  partition: record.partition ?? 0,
  offset,
  key: record.key === null ? null : Buffer.from(record.key),
  value: record.value === null ? null : Buffer.from(record.value),
  headers: Object.fromEntries(Object.entries(record.headers).map(([name, value]) => [name, Buffer.from(value)])),
})

/**
 * @param fates of the next commits; when there are no more, they work
 * @param partitions of every topic; keys are spread over them as by Kafka's producer
 */
export function inMemoryEventLog(fates: Iterator<CommitFate> = [].values(), partitions = 1): InMemoryEventLog {
  const topics = new Map<string, LogRecord[][]>()
  const epochs = new Map<string, number>()
  const committed = new Map<string, number>()
  /** Woken by the next record. */
  const waiting = new Set<() => void>()
  const partitionsOf = (topic: string): LogRecord[][] => {
    const all = topics.get(topic) ?? Array.from({ length: partitions }, () => [])
    topics.set(topic, all)
    return all
  }
  const of = ({ topic, partition }: TopicPartition): LogRecord[] => {
    const records = partitionsOf(topic)[partition]
    if (!records) throw new Error(`${topic} has ${partitions} partitions, none with the number ${partition}`)
    return records
  }
  const homeOf = partitioning('', partitions)
  const append = (records: readonly OutgoingRecord[]): void => {
    for (const record of records) {
      const { topic, key, partition = key === null ? 0 : homeOf(String(key)) } = record
      const present = of({ topic, partition })
      present.push(toLogRecord({ ...record, partition }, present.length))
    }
    for (const wake of [...waiting]) wake()
  }
  const stops = new Set<() => void>()
  /** Hands a partition's records over in order, those that are there and those to come. A batch that is not handled comes again. */
  const deliver = async (
    { topic, partition }: TopicPartition,
    from: number,
    onBatch: (batch: RecordBatch) => void | Promise<void>,
    signal: AbortSignal,
  ) => {
    for (let offset = from; !signal.aborted; ) {
      const records = of({ topic, partition }).slice(offset)
      const nextOffset = offset + records.length
      if (records.length === 0) await news(signal)
      else
        try {
          await onBatch({ topic, partition, records, nextOffset })
          offset = nextOffset
        } catch {
          await setTimeout(retryMs, undefined, { signal }).catch(() => undefined)
        }
    }
  }
  /** Resolves when something is written, or at the end of waiting. */
  const news = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      waiting.add(wake)
      signal.addEventListener('abort', wake)
    })
  const stoppable = () => {
    const stopping = new AbortController()
    const stop = async (): Promise<void> => stopping.abort()
    stops.add(() => stopping.abort())
    return { signal: stopping.signal, stop }
  }
  const all = (names: readonly string[]): TopicPartition[] =>
    names.flatMap((topic) => partitionsOf(topic).map((_records, partition) => ({ topic, partition })))
  return {
    read: (topic) => partitionsOf(topic).flat(),
    empty: (topic) => void topics.delete(topic),
    produce: async (records) => append(records),
    transactional: (id) => {
      let epoch = 0
      return {
        fence: async () => {
          epoch = (epochs.get(id) ?? 0) + 1
          epochs.set(id, epoch)
        },
        commit: async (records) => {
          if (epochs.get(id) !== epoch) throw new Fenced(id)
          const fate = fates.next().value ?? 'ok'
          if (fate === 'ok' || fate === 'committed-unknown') append(records)
          if (fate !== 'ok') epoch = 0
          if (fate === 'fenced') throw new Fenced(id)
          if (fate === 'failed') throw new TransactionFailed(id)
          if (fate !== 'ok') throw new CommitOutcomeUnknown(id)
          return all([...topics.keys()]).map((partition) => ({ ...partition, nextOffset: of(partition).length }))
        },
        discard: async () => undefined,
      }
    },
    readPartitions: async function* (ranges) {
      for (const { topic, partition, from } of ranges) {
        const records = of({ topic, partition }).slice(from)
        if (records.length > 0) yield { topic, partition, records, nextOffset: from + records.length }
      }
    },
    endOffsets: async (topic) => new Map(partitionsOf(topic).map((records, partition) => [partition, records.length])),
    partitionCounts: async (names) => new Map(names.map((topic) => [topic, partitions])),
    committedOffset: async (group, partition) => committed.get(`${group} ${partitionName(partition)}`) ?? 0,
    commitOffset: async (group, partition, offset) => void committed.set(`${group} ${partitionName(partition)}`, offset),
    subscribe: ({ group, topics: names, onAssigned, onJoined, from = 'beginning', onBatch }) => {
      onJoined?.(all(names))
      const { signal, stop } = stoppable()
      const stillMember = async (): Promise<void> => signal.throwIfAborted()
      const control = { heartbeat: stillMember, assertMember: stillMember }
      if (!onAssigned)
        for (const partition of all(names)) {
          const position = `${group} ${partitionName(partition)}`
          const committing = async (batch: RecordBatch): Promise<void> => {
            await onBatch(batch, control)
            committed.set(position, batch.nextOffset)
          }
          const start = committed.get(position) ?? (from === 'beginning' ? 0 : of(partition).length)
          committed.set(position, start)
          void deliver(partition, start, committing, signal)
        }
      else
        queueMicrotask(() =>
          onAssigned({
            partitions: all(names),
            deliverFrom: (partition, offset) => void deliver(partition, offset, (batch) => onBatch(batch, control), signal),
          }),
        )
      return { stop }
    },
    follow: ({ topics: names, from, onBatch }) => {
      const { signal, stop } = stoppable()
      const beginning = (partition: TopicPartition): number | Promise<number> =>
        from === 'beginning' ? 0 : from === 'end' ? of(partition).length : from(partition)
      const begin = async (partition: TopicPartition): Promise<void> => {
        const offset = await beginning(partition)
        const present = of(partition).slice(offset)
        const nextOffset = offset + present.length
        if (present.length > 0) await onBatch({ ...partition, records: present, nextOffset })
        void deliver(partition, nextOffset, onBatch, signal)
      }
      const started = Promise.all(all(names).map(begin)).then(() => undefined)
      return { started, caughtUp: started, stalenessMs: () => 0, stop }
    },
    close: async () => {
      for (const stop of stops) stop()
    },
  }
}
