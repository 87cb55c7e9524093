import { expect, test, vi } from 'vitest'
import type { OutgoingRecord } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import type { Database } from '../../../../../../../services/shared/runtime/projections/database/database.ts'
import { startOutboxRelay } from '../../../../../../../services/shared/runtime/projections/outbox/outbox-relay.ts'

const silent = () => undefined
const logger = { debug: silent, info: silent, warn: silent, error: silent }

/** An outbox with one change, and a log that takes it or not. */
function outbox(produce: (records: readonly OutgoingRecord[]) => Promise<void>) {
  let untold = [{ id: 1, topic: 'changes', key: 'a', value: { eventName: 'INSERT', sequence: 1 } }]
  const database: Partial<Database> = {
    query: async <Row>(sql: string) => {
      if (sql.startsWith('DELETE')) untold = []
      return untold as Row[]
    },
    exclusively: async (_, work) => work(),
  }
  return { telling: startOutboxRelay({ produce }, database as Database, logger), left: () => untold.length }
}

test('a stop does not wait for a Kafka that is away', async () => {
  const produce = vi.fn(() => new Promise<void>(() => undefined))
  const { telling, left } = outbox(produce)
  telling.wake()
  await vi.waitFor(() => expect(produce).toHaveBeenCalled())
  await telling.stop()
  expect(left(), 'it is told by the next').toBe(1)
  telling.wake()
  expect(produce).toHaveBeenCalledTimes(1)
})

test('however often Kafka refuses, what is untold is told when it is back', async () => {
  let failures = 0
  const produce = vi.fn(async () => {
    failures += 1
    if (failures < 4) throw new Error('Kafka is away')
  })
  const { telling, left } = outbox(produce)
  telling.wake()
  await vi.waitFor(() => expect(left()).toBe(0), 5000)
  expect(produce).toHaveBeenCalledTimes(4)
  await telling.stop()
})
