import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { eventSourcingMetrics } from '../../../../../../services/shared/runtime/event-sourcing/event-sourcing-metrics.ts'
import {
  type PartitionProcessor,
  partitionProcessor,
} from '../../../../../../services/shared/runtime/event-sourcing/partitions/partition-processor.ts'
import type { BatchControl, RecordBatch } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import { encodeRecord } from '../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { accountRules } from '../../../../../unit/services/shared/runtime/event-sourcing/toy-account.ts'
import { connect, expectExactlyOnce, quiet, readAll, readEvents } from './running-toy.ts'
import { createToyTopics, freshName } from './toy-topics.ts'

const brokers = inject('brokers')
const eventLog = connect(brokers)
const service = freshName()
const topic = `${service}.commands`

beforeAll(async () => {
  await createToyTopics(brokers, service)
  const time = new Date().toISOString()
  const ids = { schemaVersion: 1, aggregateId: 'a', version: 0, causationId: 'test', correlationId: 'test', time }
  const command = (n: number) => encodeRecord(topic, { id: `c${n}`, type: 'Deposit', ...ids }, { ref: `r${n}`, cents: 1 }, 0)
  await eventLog.produce(Array.from({ length: 40 }, (_, n) => command(n)))
})
afterAll(() => eventLog.close())

const owner = (): PartitionProcessor =>
  partitionProcessor({
    rules: accountRules(service),
    partition: 0,
    eventLog,
    logger: quiet,
    clock: () => new Date(),
    metrics: eventSourcingMetrics('toy'),
    snapshotInterval: 1000,
  })
const member: BatchControl = { heartbeat: async () => undefined, assertMember: async () => undefined }
const former: BatchControl = { ...member, assertMember: async () => Promise.reject(new Error('not a member any more')) }

test('two members that both believe to own a partition: the rightful one decides every command once, whoever comes first', async () => {
  const records = await readAll(eventLog, topic)
  const batch = (from: number, to: number): RecordBatch => ({ topic, partition: 0, records: records.slice(from, to), nextOffset: to })
  const [rightful, zombie] = [owner(), owner()]
  await rightful.acquire()
  await rightful.handle(batch(0, 10), member)
  // The zombie wakes up in the middle of its own acquiring and fences the rightful owner …
  await zombie.acquire()
  await zombie.handle(batch(0, 20), former)
  // … which the group still counts as a member: it fences back, reads what the zombie wrote, and goes on behind it.
  await rightful.handle(batch(10, 30), member)
  await expect(zombie.handle(batch(20, 40), former)).rejects.toThrow('not a member any more')
  await rightful.handle(batch(30, 40), member)
  expectExactlyOnce(await readEvents(eventLog, `${service}.events`), records)
  await Promise.all([rightful.stop(), zombie.stop()])
})
