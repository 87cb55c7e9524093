import { eventsTopic } from '../../../services/shared/contracts/topology.ts'
import type { EventLog, OutgoingRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import { eventsTopics } from '../log/shop-log.ts'
import { simulatedLog } from './simulated-log.ts'
import { type SimulatedOrdersOptions, simulatedOrders } from './simulated-orders.ts'

/** Commands that wait while others are decided. */
const underWay = 64
/** Records that are handed to the producer together. */
const batch = 4_000

/**
 * Fills the empty topics of a shop with the history of many orders, several thousand a second.
 * @param onWritten how many records have been written, after each batch
 * @returns how many records were written
 * @throws Error when there are events already: offsets would be wrong
 */
export async function writeSimulatedLog(
  eventLog: EventLog,
  options: SimulatedOrdersOptions,
  onWritten: (records: number) => void = () => {},
): Promise<number> {
  for (const topic of eventsTopics) {
    for (const [partition, end] of await eventLog.endOffsets(topic))
      if (end > 0) throw new Error(`${topic}/${partition} has events already: a simulated log needs a shop without any`)
  }
  const partitions = (await eventLog.endOffsets(eventsTopic('orders'))).size
  let waiting: OutgoingRecord[] = []
  let written = 0
  let writing: Promise<void> = Promise.resolve()
  const send = async (): Promise<void> => {
    // One batch is on its way while the next one is made.
    await writing
    const records = waiting
    waiting = []
    writing = eventLog.produce(records).then(() => {
      written += records.length
      onWritten(written)
    })
  }
  for (const record of simulatedLog(simulatedOrders(options), { partitions, underWay })) {
    waiting.push(record)
    if (waiting.length === batch) await send()
  }
  await send()
  await writing
  return written
}
