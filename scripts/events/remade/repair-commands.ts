import type { Kafka } from 'kafkajs'
import type { EventLog, TopicPartition } from '../../../services/shared/runtime/kafka/event-log.ts'
import { commandsOf, eventsOf } from '../../../services/shared/runtime/messaging/topic-names.ts'
import { kafkaLog } from '../log/shop-log.ts'
import { type Standing, standing } from './passed-over.ts'
import { raiseEnd } from './raise-end.ts'

/** A commands partition that was made anew: it ends before what is answered, or has commands there that nobody will decide. */
export interface RemadePartition extends TopicPartition, Standing {
  readonly end: number
}

/**
 * Reads all commands and events of the services.
 * @param onRead how many records have been read, after each fetch
 */
export async function remadePartitions(
  eventLog: EventLog,
  services: readonly string[],
  onRead?: (records: number) => void,
): Promise<RemadePartition[]> {
  const log = kafkaLog(eventLog, onRead)
  const remade: RemadePartition[] = []
  for (const service of services) {
    const topic = commandsOf(service)
    for (const [partition, end] of await eventLog.endOffsets(topic)) {
      const found = await standing(log.read(topic, partition), log.read(eventsOf(service), partition), `${topic}/${partition}`)
      if (end < found.answeredUpTo || found.passedOver.length > 0) remade.push({ topic, partition, end, ...found })
    }
  }
  return remade
}

/**
 * Raises the partition's end to where owners go on, and sends what was passed over again behind it, under the same ids: done twice, it
 * is decided once.
 * @returns how many commands were sent again
 */
export async function repairPartition(
  eventLog: EventLog,
  kafka: Kafka,
  { topic, partition, end, answeredUpTo }: RemadePartition,
): Promise<number> {
  if (end < answeredUpTo) await raiseEnd(kafka, { topic, partition }, end, answeredUpTo)
  // Read once more: commands that came meanwhile lie before the end that is now the right one.
  const service = topic.slice(0, -commandsOf('').length)
  const [still] = (await remadePartitions(eventLog, [service])).filter((one) => one.partition === partition)
  const again = still?.passedOver ?? []
  if (again.length > 0) await eventLog.produce(again.map(({ key, value, headers }) => ({ topic, partition, key, value, headers })))
  return again.length
}
