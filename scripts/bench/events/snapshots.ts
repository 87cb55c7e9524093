import { catalogDecider } from '../../../services/catalog/decider/decider.ts'
import { eventSchemas } from '../../../services/shared/contracts/events/events.ts'
import { emptyMemory } from '../../../services/shared/runtime/event-sourcing/memory.ts'
import { foldTail, loadSnapshots } from '../../../services/shared/runtime/event-sourcing/recover.ts'
import { snapshotRecord } from '../../../services/shared/runtime/event-sourcing/snapshot-record.ts'
import { dataCheck, encodeRecord } from '../../../services/shared/runtime/kafka/record.ts'
import type { BenchBroker } from './bench-broker.ts'
import { type Compared, compare, perSecond, type RoundsOptions } from './rate.ts'

const events = 10_000
/** Events that were written since the snapshot. */
const tail = 10
const sku = 'MUG-BLUE'
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const { snapshot: format } = catalogDecider

/** Recoveries a second of one product with 10 000 price changes: from its snapshot and the few events behind it ÷ from its first event. */
export async function compareSnapshots(broker: BenchBroker, options: RoundsOptions): Promise<Compared> {
  const { eventLog } = broker
  const recover = async (service: string): Promise<void> => {
    const rules = { service, decider: catalogDecider, checkCommand: () => undefined, checkEvent: dataCheck(eventSchemas), versions: {} }
    const recovery = { rules, partition: 0, eventLog, logger: silent, heartbeat: async () => {} }
    const memory = emptyMemory<(typeof catalogDecider)['initial']>()
    await loadSnapshots(recovery, memory)
    await foldTail(recovery, memory)
    const version = memory.aggregates.get(sku)?.version
    if (version !== events) throw new Error(`${service} was recovered to version ${version}, not ${events}`)
  }
  await writeHistory(broker, 'benchwithout', false)
  await writeHistory(broker, 'benchwith', true)
  return compare(
    options,
    () => perSecond(1, () => recover('benchwith')),
    () => perSecond(1, () => recover('benchwithout')),
  )
}

async function writeHistory({ eventLog, createTopics }: BenchBroker, service: string, withSnapshot: boolean): Promise<void> {
  await createTopics(`${service}.events`, `${service}.snapshots`)
  const time = '2026-01-01T00:00:00.000Z'
  const facts = Array.from({ length: events }, (_, index) =>
    index === 0
      ? { type: 'catalog.ProductListed', data: { sku, name: 'Mug', description: '', price: 1450 } }
      : { type: 'catalog.PriceChanged', data: { sku, price: 1000 + index, previous: 999 + index } },
  )
  const records = facts.map(({ type, data }, index) => {
    const id = `${service}-${index}`
    const source = `${service}.commands/0/${index}`
    const envelope = { id, type, schemaVersion: 1, aggregateId: sku, version: index + 1, causationId: id, correlationId: id, source, time }
    return encodeRecord(`${service}.events`, envelope, data, 0)
  })
  for (let from = 0; from < events; from += 1_000) await eventLog.produce(records.slice(from, from + 1_000))
  if (!withSnapshot || !format) return
  const known = events - tail
  const state = (facts.slice(0, known) as Parameters<typeof catalogDecider.evolve>[1][]).reduce(
    catalogDecider.evolve,
    catalogDecider.initial,
  )
  await eventLog.produce([
    snapshotRecord(service, 0, format, sku, { state, version: known }, { commandsOffset: known, recoverFrom: known }),
  ])
}
