import type { OutgoingRecord } from '../../../services/shared/runtime/kafka/event-log.ts'
import type { BenchBroker } from './bench-broker.ts'
import { type Compared, compare, perSecond, type RoundsOptions } from './rate.ts'
import { sampleRecords } from './sample-records.ts'

const topic = 'bench.transactions'

/**
 * Events a second through transactions of one partition's writer ÷ through the plain idempotent producer, in requests of the same size.
 * @param size records of each transaction or request
 * @param count records of each measurement
 */
export async function compareTransactions(broker: BenchBroker, size: number, count: number, options: RoundsOptions): Promise<Compared> {
  const { eventLog } = broker
  const events = sampleRecords('orders.events', size)
  const batch: OutgoingRecord[] = events.map((record) => ({ ...record, topic, partition: 0 }))
  const writer = eventLog.transactional(`bench-${size}`)
  const each = (write: (records: readonly OutgoingRecord[]) => Promise<unknown>) => () =>
    perSecond(count, async () => {
      for (let written = 0; written < count; written += size) await write(batch)
    })
  try {
    await writer.fence()
    return await compare(options, each(writer.commit), each(eventLog.produce))
  } finally {
    await writer.discard()
  }
}

export const createTransactionTopics = (broker: BenchBroker): Promise<void> => broker.createTopics(topic)
