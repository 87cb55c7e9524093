import { ordersCommands } from '../../../services/orders/decider/commands.ts'
import { ordersDecider } from '../../../services/orders/decider/decider.ts'
import { eventSchemas } from '../../../services/shared/contracts/events/events.ts'
import { eventVersions } from '../../../services/shared/contracts/events/versions.ts'
import { eventSourcingMetrics } from '../../../services/shared/runtime/event-sourcing/event-sourcing-metrics.ts'
import { partitionProcessor } from '../../../services/shared/runtime/event-sourcing/partitions/partition-processor.ts'
import type { LogRecord, RecordBatch } from '../../../services/shared/runtime/kafka/event-log.ts'
import { dataCheck } from '../../../services/shared/runtime/messaging/record-codec.ts'
import type { BenchBroker } from './bench-broker.ts'
import { type Compared, compare, perSecond, type RoundsOptions } from './rate.ts'
import { sampleRecords } from './sample-records.ts'

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const control = { heartbeat: async () => {}, assertMember: async () => {} }
/** So many of each measurement: a transaction for each is slow. */
const counts = { together: 5_000, alone: 100 }

/** Commands a second that the partition processor of orders decides: as many as wait in one transaction ÷ one transaction for each. */
export async function compareMicroBatches(broker: BenchBroker, options: RoundsOptions): Promise<Compared> {
  const commands = sampleRecords('orders.commands', counts.together)
  const measure = async (name: string, count: number, size: number): Promise<number> => {
    // Topics of their own: nothing to recover, no command decided before.
    const service = `bench${name}`
    await broker.createTopics(`${service}.commands`, `${service}.events`, `${service}.snapshots`, `${service}.dlq`)
    const processor = processorOf(service, broker)
    const batches = inBatches(`${service}.commands`, commands.slice(0, count), size)
    await processor.acquire()
    const rate = await perSecond(count, async () => {
      for (const batch of batches) await processor.handle(batch, control)
    })
    await processor.stop()
    return rate
  }
  return compare(
    options,
    (round) => measure(`together${round}`, counts.together, counts.together),
    (round) => measure(`alone${round}`, counts.alone, 1),
  )
}

const processorOf = (service: string, { eventLog }: BenchBroker) =>
  partitionProcessor({
    rules: {
      service,
      decider: ordersDecider,
      checkCommand: dataCheck(ordersCommands),
      checkEvent: dataCheck(eventSchemas),
      versions: eventVersions,
    },
    partition: 0,
    eventLog,
    logger: silent,
    clock: () => new Date(),
    metrics: eventSourcingMetrics('toy'),
    snapshotInterval: 1_000,
  })

function inBatches(topic: string, commands: ReturnType<typeof sampleRecords>, size: number): RecordBatch[] {
  const records = commands.map(({ key, value, headers }, offset): LogRecord => {
    const buffers = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])
    return {
      topic,
      partition: 0,
      offset,
      key: Buffer.from(key ?? ''),
      value: Buffer.from(value ?? ''),
      headers: Object.fromEntries(buffers),
    }
  })
  return Array.from({ length: Math.ceil(records.length / size) }, (_, index) => {
    const part = records.slice(index * size, (index + 1) * size)
    return { topic, partition: 0, records: part, nextOffset: index * size + part.length }
  })
}
