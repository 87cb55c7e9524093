import { catalogDecider } from '../../../services/catalog/decider/decider.ts'
import type { CatalogEvent } from '../../../services/catalog/decider/evolve.ts'
import { eventSchemas } from '../../../services/shared/contracts/events/events.ts'
import { emptyPartitionState } from '../../../services/shared/runtime/event-sourcing/recover/partition-state.ts'
import { foldTail, loadSnapshots } from '../../../services/shared/runtime/event-sourcing/recover/recover.ts'
import { snapshotRecords } from '../../../services/shared/runtime/event-sourcing/recover/snapshot-record.ts'
import type { EventLog, RecordBatch } from '../../../services/shared/runtime/kafka/event-log.ts'
import { dataCheck, encodeRecord } from '../../../services/shared/runtime/messaging/record-codec.ts'
import type { BenchBroker } from './bench-broker.ts'
import { type Compared, compare, perSecond, type RoundsOptions } from './rate.ts'

/** Of one product whose price has changed again and again. */
const events = 10_000
/** Events that were written since the snapshot. */
const tail = 10
const sku = 'MUG-BLUE'
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Recoveries a second of an aggregate of 10 000 events: from its snapshot and the few events behind it ÷ from its first event. */
export interface SnapshotsCompared {
  /** With the records at hand: what folding costs. */
  readonly folding: Compared
  /** From Kafka, where a recovery of any size takes some requests. */
  readonly recovering: Compared
}

export async function compareSnapshots(broker: BenchBroker, options: RoundsOptions): Promise<SnapshotsCompared> {
  const { eventLog } = broker
  await writeHistory(broker, 'benchwithout', false)
  await writeHistory(broker, 'benchwith', true)
  const atHand = { with: await readAll(eventLog, 'benchwith'), without: await readAll(eventLog, 'benchwithout') }
  const times = (count: number, log: EventLog, service: string) => () =>
    perSecond(count, async () => {
      for (let done = 0; done < count; done += 1) await recover(log, service)
    })
  return {
    folding: await compare(options, times(50, atHand.with, 'benchwith'), times(2, atHand.without, 'benchwithout')),
    recovering: await compare(options, times(5, eventLog, 'benchwith'), times(2, eventLog, 'benchwithout')),
  }
}

async function recover(eventLog: EventLog, service: string): Promise<void> {
  const rules = { service, decider: catalogDecider, checkCommand: () => undefined, checkEvent, versions: {} }
  const recovery = { rules, partition: 0, eventLog, logger: silent, heartbeat: async () => {} }
  const partitionState = emptyPartitionState<(typeof catalogDecider)['initial']>()
  await loadSnapshots(recovery, partitionState)
  await foldTail(recovery, partitionState)
  const version = partitionState.aggregates.get(sku)?.version
  if (version !== events) throw new Error(`${service} was recovered to version ${version}, not ${events}`)
}

const checkEvent = dataCheck(eventSchemas)

/** The same log, read once and kept. */
async function readAll(eventLog: EventLog, service: string): Promise<EventLog> {
  const batches: RecordBatch[] = []
  for (const topic of [`${service}.events`, `${service}.snapshots`])
    for await (const batch of eventLog.readPartitions([{ topic, partition: 0, from: 0 }])) batches.push(batch)
  return {
    ...eventLog,
    readPartitions: async function* (ranges) {
      for (const { topic, from } of ranges)
        for (const batch of batches)
          if (batch.topic === topic) yield { ...batch, records: batch.records.filter(({ offset }) => offset >= from) }
    },
    endOffsets: async (topic) =>
      new Map([[0, Math.max(0, ...batches.filter((batch) => batch.topic === topic).map((batch) => batch.nextOffset))]]),
  }
}

async function writeHistory({ eventLog, createTopics }: BenchBroker, service: string, withSnapshot: boolean): Promise<void> {
  await createTopics(`${service}.events`, `${service}.snapshots`)
  const time = '2026-01-01T00:00:00.000Z'
  const facts = Array.from(
    { length: events },
    (_, index): CatalogEvent =>
      index === 0
        ? { type: 'catalog.ProductListed', data: { sku, name: 'Mug', description: '', price: 1000 } }
        : { type: 'catalog.PriceChanged', data: { sku, price: 1000 + index, previous: 999 + index } },
  )
  const records = facts.map(({ type, data }, index) => {
    const id = `${service}-${index}`
    const source = `${service}.commands/0/${index}`
    const envelope = { id, type, schemaVersion: 1, aggregateId: sku, version: index + 1, causationId: id, correlationId: id, source, time }
    return encodeRecord(`${service}.events`, envelope, data, 0)
  })
  for (let from = 0; from < events; from += 1_000) await eventLog.produce(records.slice(from, from + 1_000))
  if (!withSnapshot || !catalogDecider.snapshot) return
  const known = events - tail
  const state = facts.slice(0, known).reduce(catalogDecider.evolve, catalogDecider.initial)
  const position = { commandsOffset: known, recoverFrom: known }
  await eventLog.produce(snapshotRecords(service, 0, catalogDecider.snapshot, sku, { state, version: known }, position))
}
