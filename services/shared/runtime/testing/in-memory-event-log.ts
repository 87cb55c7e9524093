import {
  CommitOutcomeUnknown,
  type EventLog,
  Fenced,
  type LogRecord,
  type OutgoingRecord,
  partitionName,
  TransactionFailed,
} from '../kafka/event-log.ts'

/** How the next commit ends. `committed-unknown`: the records are there, the answer is lost. */
export type CommitFate = 'ok' | 'failed' | 'fenced' | 'committed-unknown' | 'lost-unknown'

/** The log in memory: transactions, fencing and commits that fail on demand. Everything goes to partition 0. */
export interface MemoryEventLog extends EventLog {
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

export function memoryEventLog(fates: Iterator<CommitFate> = [].values()): MemoryEventLog {
  const topics = new Map<string, LogRecord[]>()
  const epochs = new Map<string, number>()
  const committed = new Map<string, number>()
  const of = (topic: string): LogRecord[] => {
    const records = topics.get(topic) ?? []
    topics.set(topic, records)
    return records
  }
  const append = (records: readonly OutgoingRecord[]): void => {
    for (const record of records) of(record.topic).push(toLogRecord(record, of(record.topic).length))
  }
  const unused = (): never => {
    throw new Error('not in memory')
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
    subscribe: unused,
    follow: unused,
    close: async () => undefined,
  }
}
