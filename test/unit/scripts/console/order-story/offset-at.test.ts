import { expect, test } from 'vitest'
import { offsetAt } from '../../../../../scripts/console/order-story/offset-at.ts'
import { inMemoryEventLog } from '../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const count = 9_000
const begin = Date.parse('2026-01-02T00:00:00Z')
const eventLog = inMemoryEventLog()
await eventLog.produce(
  Array.from({ length: count }, (_, n) => ({
    topic: 'orders.events',
    key: 'k',
    value: '{}',
    headers: { time: new Date(begin + n * 1000).toISOString() },
  })),
)

test.each([0, 1, 4_500, 8_999, 20_000])(
  'the records from second %i on are not passed over, and few before them are read',
  async (second) => {
    const from = await offsetAt(eventLog, { topic: 'orders.events', partition: 0 }, count, begin + second * 1000)
    expect(from).toBeLessThanOrEqual(second)
    expect(Math.min(second, count) - from).toBeLessThanOrEqual(2_000)
  },
)
