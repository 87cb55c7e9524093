import { simulatedLog } from '../../scripts/events/simulated/simulated-log.ts'
import { simulatedOrders } from '../../scripts/events/simulated/simulated-orders.ts'
import type { LogRecord } from '../../services/shared/runtime/kafka/event-log.ts'

const from = Date.parse('2026-01-01T00:00:00.000Z')

/** What a shop writes into its events topics for so many orders over three days, in three partitions a topic. */
export function simulatedEvents(count: number, seed = 1): LogRecord[] {
  const ends = new Map<string, number>()
  const given = simulatedOrders({ count, seed, from, lasting: 3 * 24 * 3600_000 })
  return [...simulatedLog(given, { partitions: 3, underWay: 16 })]
    .filter(({ topic }) => topic.endsWith('.events'))
    .map(({ topic, partition, key, value, headers }) => {
      const offset = ends.get(`${topic}/${partition}`) ?? 0
      ends.set(`${topic}/${partition}`, offset + 1)
      const texts = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])
      return { topic, partition, offset, key: Buffer.from(key ?? ''), value: Buffer.from(value ?? ''), headers: Object.fromEntries(texts) }
    })
}
