import { simulatedLog, type WrittenRecord } from '../../events/simulated/simulated-log.ts'
import { simulatedOrders } from '../../events/simulated/simulated-orders.ts'

const from = Date.parse('2026-01-01T00:00:00.000Z')
const dayMs = 24 * 3600_000

/** Records of one topic as the shop writes them, in one partition; whole sagas, so they can be folded. */
export function sampleRecords(topic: string, count: number): WrittenRecord[] {
  const found: WrittenRecord[] = []
  // Every order gives each topic of orders at least one record.
  for (const record of simulatedLog(simulatedOrders({ count, seed: 1, from, lasting: dayMs }), { partitions: 1, underWay: 64 })) {
    if (record.topic === topic) found.push(record)
    if (found.length === count) return found
  }
  return found
}
