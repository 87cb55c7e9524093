import type { EventLog, LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import type { ShopLog } from '../../events/log/shop-log.ts'

/** Where one begins to read a partition. */
export type Beginning = (topic: string, partition: number, end: number) => Promise<number>

/** What comes at once: other requests are answered in between. */
const maxBytes = 512 * 1024

/**
 * The log for somebody who looks again and again: of each partition that is asked for, what is wanted is remembered, and only what has come
 * since is read.
 */
export function growingLog(
  eventLog: Pick<EventLog, 'endOffsets' | 'readPartitions'>,
  isWanted: (record: LogRecord) => boolean,
  beginning: Beginning,
): ShopLog {
  const wanted = new Map<string, { readonly records: LogRecord[]; next: number }>()
  /** Ends as `partitions` saw them: it is asked first. */
  const ends = new Map<string, ReadonlyMap<number, number>>()
  return {
    partitions: async (topic) => {
      const now = await eventLog.endOffsets(topic)
      ends.set(topic, now)
      return [...now.keys()].sort((one, other) => one - other)
    },
    read: async function* (topic, partition) {
      const end = ends.get(topic)?.get(partition) ?? 0
      const name = `${topic}/${partition}`
      const own = wanted.get(name) ?? { records: [], next: await beginning(topic, partition, end) }
      wanted.set(name, own)
      if (own.next < end)
        for await (const { records, nextOffset } of eventLog.readPartitions([{ topic, partition, from: own.next }], { maxBytes })) {
          own.records.push(...records.filter(isWanted))
          own.next = nextOffset
        }
      yield* own.records
    },
  }
}
