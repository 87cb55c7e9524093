import { setTimeout } from 'node:timers/promises'
import {
  CommitOutcomeUnknown,
  type EventLog,
  Fenced,
  type LogRecord,
  type OutgoingRecord,
  partitionName,
  type RecordBatch,
  TransactionFailed,
} from '../kafka/event-log.ts'

/** Before a batch that was not handled comes again. */
const retryMs = 10

/** How the next commit ends. `committed-unknown`: the records are there, the answer is lost. */
export type CommitFate = 'ok' | 'failed' | 'fenced' | 'committed-unknown' | 'lost-unknown'

/**
 * The log in memory, for tests and for a first look: subscriptions, followers, transactions, fencing, and commits that fail on demand.
 * Every topic has one partition, and is there without being created.
 */
export interface InMemoryEventLog extends EventLog {
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

export function inMemoryEventLog(fates: Iterator<CommitFate> = [].values()): InMemoryEventLog {
  const topics = new Map<string, LogRecord[]>()
  const epochs = new Map<string, number>()
  const committed = new Map<string, number>()
  /** Woken by the next record. */
  const waiting = new Set<() => void>()
  const of = (topic: string): LogRecord[] => {
    const records = topics.get(topic) ?? []
    topics.set(topic, records)
    return records
  }
  const append = (records: readonly OutgoingRecord[]): void => {
    for (const record of records) of(record.topic).push(toLogRecord(record, of(record.topic).length))
    for (const wake of [...waiting]) wake()
  }
  const stops = new Set<() => void>()
  /** Hands a topic's records over in order, those that are there and those to come. A batch that is not handled comes again. */
  const deliver = async (topic: string, from: number, onBatch: (batch: RecordBatch) => void | Promise<void>, signal: AbortSignal) => {
    for (let offset = from; !signal.aborted; ) {
      const records = of(topic).slice(offset)
      const nextOffset = offset + records.length
      if (records.length === 0) await news(signal)
      else
        try {
          await onBatch({ topic, partition: 0, records, nextOffset })
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
  return {
    read: of,
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
          return [...topics].map(([topic, all]) => ({ topic, partition: 0, nextOffset: all.length }))
        },
        discard: async () => undefined,
      }
    },
    readPartitions: async function* (ranges) {
      for (const { topic, partition, from } of ranges) {
        const records = of(topic).slice(from)
        if (records.length > 0) yield { topic, partition, records, nextOffset: of(topic).length }
      }
    },
    endOffsets: async (topic) => new Map([[0, of(topic).length]]),
    partitionCounts: async (names) => new Map(names.map((topic) => [topic, 1])),
    committedOffset: async (group, partition) => committed.get(`${group} ${partitionName(partition)}`) ?? 0,
    commitOffset: async (group, partition, offset) => void committed.set(`${group} ${partitionName(partition)}`, offset),
    subscribe: ({ group, topics: names, onAssigned, onBatch }) => {
      const { signal, stop } = stoppable()
      const stillMember = async (): Promise<void> => signal.throwIfAborted()
      const control = { heartbeat: stillMember, assertMember: stillMember }
      const start = (topic: string, from: number) => void deliver(topic, from, (batch) => onBatch(batch, control), signal)
      if (!onAssigned)
        for (const topic of names) {
          const position = `${group} ${topic}/0`
          const committing = async (batch: RecordBatch): Promise<void> => {
            await onBatch(batch, control)
            committed.set(position, batch.nextOffset)
          }
          void deliver(topic, committed.get(position) ?? 0, committing, signal)
        }
      else
        queueMicrotask(() =>
          onAssigned({
            partitions: names.map((topic) => ({ topic, partition: 0 })),
            deliverFrom: ({ topic }, offset) => start(topic, offset),
          }),
        )
      return { stop }
    },
    follow: ({ topics: names, from, onBatch }) => {
      const { signal, stop } = stoppable()
      const beginning = (topic: string): number | Promise<number> =>
        from === 'beginning' ? 0 : from === 'end' ? of(topic).length : from({ topic, partition: 0 })
      const begin = async (topic: string): Promise<void> => {
        const offset = await beginning(topic)
        const present = of(topic).slice(offset)
        const nextOffset = offset + present.length
        if (present.length > 0) await onBatch({ topic, partition: 0, records: present, nextOffset })
        void deliver(topic, nextOffset, onBatch, signal)
      }
      const started = Promise.all(names.map(begin)).then(() => undefined)
      return { started, caughtUp: started, stalenessMs: () => 0, stop }
    },
    close: async () => {
      for (const stop of stops) stop()
    },
  }
}
