import { Kafka, logLevel } from 'kafkajs'
import { ordersDecider } from '../../../services/orders/decider/decider.ts'
import { eventSchemas } from '../../../services/shared/contracts/events/events.ts'
import { eventVersions } from '../../../services/shared/contracts/events/versions.ts'
import { emptyPartitionState } from '../../../services/shared/runtime/event-sourcing/recover/partition-state.ts'
import { foldTail } from '../../../services/shared/runtime/event-sourcing/recover/recover.ts'
import { dataCheck } from '../../../services/shared/runtime/messaging/record-codec.ts'
import type { BenchBroker } from './bench-broker.ts'
import { type Compared, compare, perSecond, type RoundsOptions } from './rate.ts'
import { sampleRecords } from './sample-records.ts'

const service = 'benchfold'
const topic = `${service}.events`
const wanted = 50_000
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Events a second from the log into the states of orders (read, checked, folded) ÷ from the log into nothing, through a bare kafkajs consumer. */
export async function compareFolding(broker: BenchBroker, options: RoundsOptions): Promise<Compared> {
  await broker.createTopics(topic)
  // Without the answers to commands, which bear the name of orders.
  const events = sampleRecords('orders.events', wanted).filter(({ headers }) => headers.version !== '0')
  for (let from = 0; from < events.length; from += 1_000)
    await broker.eventLog.produce(events.slice(from, from + 1_000).map((record) => ({ ...record, topic })))
  return compare(
    options,
    () => foldAll(broker, events.length),
    (round) => consumeAll(broker.brokers, `bench-raw-${round}`, events.length),
  )
}

const rules = {
  service,
  decider: ordersDecider,
  checkCommand: () => undefined,
  checkEvent: dataCheck(eventSchemas),
  versions: eventVersions,
}

async function foldAll({ eventLog }: BenchBroker, count: number): Promise<number> {
  const partitionState = emptyPartitionState<(typeof ordersDecider)['initial']>()
  const rate = await perSecond(count, () =>
    foldTail({ rules, partition: 0, eventLog, logger: silent, heartbeat: async () => {} }, partitionState),
  )
  if (partitionState.corruptEvents.size > 0) throw new Error(`${partitionState.corruptEvents.size} events could not be folded`)
  return rate
}

/** From its first batch to its last, without joining the group. */
async function consumeAll(brokers: string, groupId: string, count: number): Promise<number> {
  const consumer = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).consumer({
    groupId,
    maxBytesPerPartition: 4 * 1024 * 1024,
    readUncommitted: false,
  })
  const done = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<number>()
  let seen = 0
  consumer.on('consumer.fetch_start', () => begun.resolve(performance.now()))
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      seen += batch.messages.length
      if (seen >= count) done.resolve()
    },
  })
  const began = await begun.promise
  await done.promise
  const rate = (count / (performance.now() - began)) * 1000
  await consumer.disconnect()
  return rate
}
