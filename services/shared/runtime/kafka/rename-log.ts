import type { EventLog, TopicPartition } from './event-log.ts'

/** What is called how at the broker; names stay as they are when left out. Different names must stay different. */
export interface BrokerNames {
  readonly topic?: (name: string) => string
  /** Consumer groups, also those under whose name an offset is kept. */
  readonly group?: (name: string) => string
  readonly transactionalId?: (name: string) => string
}

/** Kafka's own rule for topics; groups and transactional ids are held to it too. */
const legal = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/

/** @throws when what a name becomes is none that Kafka takes, or another name has become the same */
function renaming(kind: string, rename: (name: string) => string = (name) => name) {
  const there = new Map<string, string>()
  const back = new Map<string, string>()
  return {
    to: (name: string): string => {
      const known = there.get(name)
      if (known !== undefined) return known
      const renamed = rename(name)
      if (!legal.test(renamed)) throw new Error(`${kind} ${name} is called ${JSON.stringify(renamed)}, which is no name for Kafka`)
      const other = back.get(renamed)
      if (other !== undefined) throw new Error(`the ${kind}s ${other} and ${name} are both called ${renamed}`)
      there.set(name, renamed)
      back.set(renamed, name)
      return renamed
    },
    from: (renamed: string): string => back.get(renamed) ?? renamed,
  }
}

/**
 * An event log whose topics, groups and transactional ids have other names at the broker: for several environments on one cluster, or topics that
 * are named by somebody else. Whoever uses it says and sees the names as they were before, in records too (`source`, `dlq.topic`).
 * `close` closes the log itself.
 * @param known topics that will be used: held against the rules of names at once; all others when they are first used
 * @throws when a name is none that Kafka takes, or two have become one
 */
export function renameLog(log: EventLog, names: BrokerNames, known: readonly string[] = []): EventLog {
  const topics = renaming('topic', names.topic)
  known.forEach(topics.to)
  const groups = renaming('group', names.group)
  const writers = renaming('transactional id', names.transactionalId)
  const to = <Of extends { readonly topic: string }>(of: Of): Of => ({ ...of, topic: topics.to(of.topic) })
  const from = <Of extends { readonly topic: string }>(of: Of): Of => ({ ...of, topic: topics.from(of.topic) })
  const batchFrom = <Batch extends TopicPartition & { readonly records: readonly TopicPartition[] }>(batch: Batch): Batch => ({
    ...from(batch),
    records: batch.records.map(from),
  })
  return {
    produce: async (records) => log.produce(records.map(to)),
    transactional: (transactionalId) => {
      const writer = log.transactional(writers.to(transactionalId))
      return { ...writer, commit: async (records) => (await writer.commit(records.map(to))).map(from) }
    },
    subscribe: ({ group, topics: subscribed, onAssigned, onJoined, onBatch, ...options }) =>
      log.subscribe({
        ...options,
        group: groups.to(group),
        topics: subscribed.map(topics.to),
        onBatch: (batch, control) => onBatch(batchFrom(batch), control),
        ...(onJoined && { onJoined: (partitions) => onJoined(partitions.map(from)) }),
        ...(onAssigned && {
          onAssigned: ({ partitions, deliverFrom }) =>
            onAssigned({ partitions: partitions.map(from), deliverFrom: (partition, offset) => deliverFrom(to(partition), offset) }),
        }),
      }),
    follow: ({ topics: followed, from: begin, onBatch }) =>
      log.follow({
        topics: followed.map(topics.to),
        from: typeof begin === 'function' ? (partition) => begin(from(partition)) : begin,
        onBatch: (batch) => onBatch(batchFrom(batch)),
      }),
    readPartitions: async function* (ranges, options) {
      for await (const batch of log.readPartitions(ranges.map(to), options)) yield batchFrom(batch)
    },
    endOffsets: async (topic) => log.endOffsets(topics.to(topic)),
    partitionCounts: async (counted) =>
      new Map([...(await log.partitionCounts(counted.map(topics.to)))].map(([topic, count]) => [topics.from(topic), count])),
    committedOffset: async (group, partition) => log.committedOffset(groups.to(group), to(partition)),
    commitOffset: async (group, partition, offset) => log.commitOffset(groups.to(group), to(partition), offset),
    close: () => log.close(),
  }
}
