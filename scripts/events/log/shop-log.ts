import { deadLetterTopic, eventsTopic, topics } from '../../../services/shared/contracts/topology.ts'
import type { EventLog, LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { eventSourcedNames } from '../../../services/shop.ts'

/** The whole log of the shop as it is when it is read. */
export interface ShopLog {
  /** Partitions of a topic; none when it does not exist. */
  partitions(topic: string): Promise<readonly number[]>
  /** One partition from the beginning to its end now, in order. */
  read(topic: string, partition: number): AsyncIterable<LogRecord> | Iterable<LogRecord>
}

/** Topics of the shop that hold dead letters. */
export const deadLetterTopics: readonly string[] = topics(1)
  .map(({ name }) => name)
  .filter((name) => name.endsWith(deadLetterTopic('')))

/** Topics that hold the shop's events. */
export const eventsTopics: readonly string[] = eventSourcedNames.map(eventsTopic)

/** @param onRead how many records have been read, after each fetch */
export function kafkaLog(eventLog: EventLog, onRead: (records: number) => void = () => {}): ShopLog {
  let count = 0
  return {
    partitions: async (topic) => [...(await eventLog.endOffsets(topic)).keys()].sort((one, other) => one - other),
    read: async function* (topic, partition) {
      for await (const { records } of eventLog.readPartitions([{ topic, partition, from: 0 }])) {
        count += records.length
        onRead(count)
        yield* records
      }
    },
  }
}
