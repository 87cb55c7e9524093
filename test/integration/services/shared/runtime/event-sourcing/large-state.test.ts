import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { inventoryCommands } from '../../../../../../services/inventory/decider/commands.ts'
import { inventoryDecider } from '../../../../../../services/inventory/decider/decider.ts'
import { inventoryEvents } from '../../../../../../services/shared/contracts/events/inventory.ts'
import { eventSourcingMetrics } from '../../../../../../services/shared/runtime/event-sourcing/event-sourcing-metrics.ts'
import { partitionProcessor } from '../../../../../../services/shared/runtime/event-sourcing/partitions/partition-processor.ts'
import type { EventLog, LogRecord } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import { dataCheck, encodeRecord } from '../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { orderId, orderSnapshot } from '../../../../../unit/order-snapshots.ts'
import { connect, quiet, readAll, readEvents } from './running-toy.ts'
import { createToyTopics, freshName } from './toy-topics.ts'

/** Their answers fill more than two messages of 1 MiB in the snapshot of the SKU. */
const orders = 50_000
const perFetch = 1000
const interval = 1000
const sku = 'MUG-BLUE'

const eventLog = connect(inject('brokers'))
const service = freshName()
const topic = `${service}.commands`
beforeAll(() => createToyTopics(inject('brokers'), service))
afterAll(() => eventLog.close())

const command = (n: number, type: string, data: unknown) =>
  encodeRecord(
    topic,
    {
      id: `c${n}`,
      type,
      schemaVersion: 1,
      aggregateId: sku,
      version: 0,
      causationId: 'test',
      correlationId: 'test',
      time: '2026-01-01T00:00:00.000Z',
    },
    data,
    0,
  )
const reserve = (n: number, order: number) =>
  command(n, 'ReserveStock', { sku, quantity: 1, order: orderSnapshot(String(order), [`1 ${sku}`]) })

function owner(log: EventLog) {
  const rules = { service, decider: inventoryDecider, checkCommand: dataCheck(inventoryCommands), checkEvent: dataCheck(inventoryEvents) }
  const processor = partitionProcessor({
    rules: { ...rules, versions: {} },
    partition: 0,
    eventLog: log,
    logger: quiet,
    clock: () => new Date(),
    metrics: eventSourcingMetrics('toy'),
    snapshotInterval: interval,
  })
  const control = { heartbeat: async () => undefined, assertMember: async () => undefined }
  const handle = (records: readonly LogRecord[]) =>
    processor.handle({ topic, partition: 0, records, nextOffset: (records.at(-1)?.offset ?? 0) + 1 }, control)
  return { ...processor, decide: handle }
}

/** The log, and how many records of a topic were read through it. */
function counting(): { readonly log: EventLog; readonly read: Map<string, number> } {
  const read = new Map<string, number>()
  const readPartitions: EventLog['readPartitions'] = async function* (ranges) {
    for await (const batch of eventLog.readPartitions(ranges)) {
      read.set(batch.topic, (read.get(batch.topic) ?? 0) + batch.records.length)
      yield batch
    }
  }
  return { log: { ...eventLog, readPartitions }, read }
}

test('an aggregate that remembers 50 000 orders is taken over by reading about as many events as the interval says', async () => {
  const former = owner(eventLog)
  await former.acquire()
  const receive = command(0, 'ReceiveStock', { sku, quantity: orders, receiptId: 'opening' })
  for (let from = 0; from < orders; from += perFetch) {
    const orderNumbers = Array.from({ length: perFetch }, (_, index) => from + index)
    await eventLog.produce([...(from === 0 ? [receive] : []), ...orderNumbers.map((order) => reserve(order + 1, order))])
  }
  const commands = await readAll(eventLog, topic)
  for (let from = 0; from < commands.length; from += perFetch) await former.decide(commands.slice(from, from + perFetch))
  await former.stop()

  const { log, read } = counting()
  const latter = owner(log)
  await latter.acquire()
  const snapshots = await readAll(eventLog, `${service}.snapshots`)
  expect(Math.max(...snapshots.map(({ headers }) => Number(headers.bytes ?? 0)))).toBeGreaterThan(2 * 1024 * 1024)
  // A snapshot of 2 MB is made after 2000 records more, and what one transaction decides comes on top.
  expect(read.get(`${service}.events`)).toBeLessThan(2 * interval + 2 * perFetch)

  await eventLog.produce([
    reserve(orders + 1, 7),
    command(orders + 2, 'ReleaseStock', { sku, orderId: orderId('8') }),
    reserve(orders + 3, orders),
  ])
  await latter.decide((await readAll(eventLog, topic)).slice(commands.length))
  await latter.stop()
  expect((await readEvents(eventLog, `${service}.events`)).slice(-3)).toMatchObject([
    { envelope: { type: `${service}.CommandAnswered` }, data: { outcome: 'unchanged' } },
    { envelope: { type: 'inventory.StockReleased', version: orders + 2 } },
    { envelope: { type: 'inventory.StockReserved', version: orders + 3 } },
  ])
}, 180_000)
