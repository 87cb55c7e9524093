import { commandsTopic } from '../../../services/shared/contracts/topology.ts'
import type { EventLog, LogRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { eventSourcedNames } from '../../../services/shop.ts'

const topics: readonly string[] = eventSourcedNames.map(commandsTopic)

/**
 * Single commands by their places (`topic/partition/offset`), as events name them for their source.
 * @returns those that are there: commands expire, and a record may name anything
 */
export async function readCommands(
  eventLog: Pick<EventLog, 'readPartitions' | 'endOffsets'>,
  places: Iterable<string>,
): Promise<ReadonlyMap<string, LogRecord>> {
  const found = new Map<string, LogRecord>()
  for (const place of new Set(places)) {
    const [topic = '', ...numbers] = place.split('/')
    const [partition = Number.NaN, offset = Number.NaN] = numbers.map(Number)
    if (!topics.includes(topic) || !(((await eventLog.endOffsets(topic)).get(partition) ?? 0) > offset)) continue
    for await (const { records } of eventLog.readPartitions([{ topic, partition, from: offset }])) {
      const [first] = records
      if (first?.offset === offset) found.set(place, first)
      break
    }
  }
  return found
}
