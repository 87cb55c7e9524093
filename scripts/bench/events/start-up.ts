import { catalogDecider } from '../../../services/catalog/decider/decider.ts'
import type { CatalogEvent } from '../../../services/catalog/decider/evolve.ts'
import { eventSchemas } from '../../../services/shared/contracts/events/events.ts'
import { emptyPartitionState } from '../../../services/shared/runtime/event-sourcing/recover/partition-state.ts'
import { foldTail, loadSnapshots } from '../../../services/shared/runtime/event-sourcing/recover/recover.ts'
import { snapshotRecords } from '../../../services/shared/runtime/event-sourcing/recover/snapshot-record.ts'
import { dataCheck, encodeRecord } from '../../../services/shared/runtime/messaging/record-codec.ts'
import type { BenchBroker } from './bench-broker.ts'

/** As services have it. */
const snapshotInterval = 1000
const products = 500
const perRequest = 5000
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const checkEvent = dataCheck(eventSchemas)

/** What a new owner of a long partition does before it takes its first command. */
export interface StartUp {
  /** In the partition. */
  readonly events: number
  /** With the snapshots that owners write; the events that it still reads. */
  readonly withSnapshots: { readonly ms: number; readonly eventsRead: number }
  /** Every event from the first. */
  readonly without: { readonly ms: number; readonly eventsRead: number }
}

/** Writes a partition of that many events of 500 products, and recovers it with and without snapshots. */
export async function measureStartUp(
  broker: BenchBroker,
  events: number,
  { progress, signal }: { readonly progress: (line: string) => void; readonly signal: AbortSignal },
): Promise<StartUp> {
  const service = 'benchstart'
  await broker.createTopics(`${service}.events`, `${service}.snapshots`)
  progress(`writing ${events} events`)
  for (let from = 0; from < events; from += perRequest) {
    signal.throwIfAborted()
    const count = Math.min(perRequest, events - from)
    await broker.eventLog.produce(Array.from({ length: count }, (_, index) => eventAt(service, from + index)))
  }
  progress(`a start with ${events} events, without snapshots and with them`)
  const without = await recover(broker, service, events)
  await writeSnapshots(broker, service, events)
  return { events, without, withSnapshots: await recover(broker, service, events) }
}

const productOf = (index: number): string => `P-${index % products}`

const factAt = (index: number): CatalogEvent =>
  index < products
    ? { type: 'catalog.ProductListed', data: { sku: productOf(index), name: 'Mug', description: '', price: index } }
    : { type: 'catalog.PriceChanged', data: { sku: productOf(index), price: index, previous: index - products } }

function eventAt(service: string, index: number) {
  const { type, data } = factAt(index)
  const id = `e${index}`
  const origin = { causationId: id, correlationId: id, source: `${service}.commands/0/${index}`, time: '2026-01-01T00:00:00.000Z' }
  const envelope = { id, type, schemaVersion: 1, aggregateId: productOf(index), version: Math.floor(index / products) + 1, ...origin }
  return encodeRecord(`${service}.events`, envelope, data, 0)
}

/** As of the last snapshot interval: what owners have written by then. */
async function writeSnapshots({ eventLog }: BenchBroker, service: string, events: number): Promise<void> {
  const format = catalogDecider.snapshot
  if (!format) throw new Error('catalog has no snapshots')
  const known = events - snapshotInterval
  const records = Array.from({ length: products }, (_, product) => product).flatMap((product) => {
    const last = known - products + product
    const index = last - ((last - product) % products)
    const state = [factAt(product), factAt(index)].reduce(catalogDecider.evolve, catalogDecider.initial)
    const aggregate = { state, version: Math.floor(index / products) + 1 }
    return snapshotRecords(service, 0, format, productOf(product), aggregate, { commandsOffset: known, recoverFrom: known })
  })
  await eventLog.produce(records)
}

async function recover({ eventLog }: BenchBroker, service: string, events: number): Promise<StartUp['without']> {
  const rules = { service, decider: catalogDecider, checkCommand: () => undefined, checkEvent, versions: {} }
  const partitionState = emptyPartitionState<(typeof catalogDecider)['initial']>()
  const recovery = { rules, partition: 0, eventLog, logger: silent, heartbeat: async () => {} }
  const began = performance.now()
  await loadSnapshots(recovery, partitionState)
  const from = partitionState.eventsOffset
  await foldTail(recovery, partitionState)
  const ms = performance.now() - began
  const last = partitionState.aggregates.get(productOf(events - 1))
  if (partitionState.corruptEvents.size > 0 || last?.version !== Math.floor((events - 1) / products) + 1)
    throw new Error(`${service} was recovered wrongly`)
  return { ms, eventsRead: partitionState.eventsOffset - from }
}
