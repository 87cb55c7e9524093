import type { EventLog, LogRecord } from '../../kafka/event-log.ts'

/**
 * Reads the records that answered one command, which lie one behind the other.
 * @param answer `topic/partition/offset` of the first
 * @returns none when nothing lies there. @throws when Kafka does not answer
 */
export async function recallAnswer(eventLog: Pick<EventLog, 'readPartitions'>, answer: string): Promise<readonly LogRecord[]> {
  const [topic = '', partition, offset] = answer.split('/')
  for await (const { records } of eventLog.readPartitions([{ topic, partition: Number(partition), from: Number(offset) }])) {
    const [first] = records
    if (!first) continue
    if (first.offset !== Number(offset)) return []
    const source = String(first.headers.source)
    const others = records.findIndex(({ headers }) => String(headers.source) !== source)
    return others === -1 ? records : records.slice(0, others)
  }
  return []
}
