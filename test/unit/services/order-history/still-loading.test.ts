import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { createOrderHistory } from '../../../../services/order-history/app.ts'
import type { Assignment, EventLog } from '../../../../services/shared/runtime/kafka/event-log.ts'
import type { RunningService } from '../../../../services/shared/runtime/process/process.ts'
import type { Database, Queries } from '../../../../services/shared/runtime/projections/index.ts'
import { orderId } from '../../order-snapshots.ts'

const queries: Queries = { query: async () => [] }
const noRows: Database = {
  ...queries,
  transaction: (work) => work(queries),
  exclusively: async () => undefined,
  listen: () => async () => undefined,
  close: async () => undefined,
}

let service: RunningService | undefined
afterEach(async () => {
  await service?.app.close()
  await service?.stop()
})

test('until all is read that had happened at the start, nobody is told that an order or a customer does not exist', async () => {
  const reading = Promise.withResolvers<void>()
  let assign: ((assignment: Assignment) => void) | undefined
  const eventLog: Partial<EventLog> = {
    subscribe: ({ onAssigned }) => {
      assign = onAssigned
      return { stop: async () => undefined }
    },
    async *readPartitions() {
      await reading.promise
      yield* []
    },
    close: async () => undefined,
  }
  service = createOrderHistory({ eventLog: eventLog as EventLog, database: noRows, logger: pino({ level: 'silent' }) })
  const { app } = service
  const answer = async (path: string) => {
    const { statusCode, headers, body } = await app.inject(path)
    return [statusCode, JSON.parse(body).code, headers['retry-after']]
  }
  const stillLoading = [503, 'STILL_LOADING', '1']
  expect(await answer('/customers/ada')).toEqual(stillLoading)
  await vi.waitFor(() => expect(assign).toBeDefined())
  assign?.({ partitions: [], deliverFrom: () => undefined })
  for (const path of [`/orders/${orderId('1')}`, `/orders/${orderId('1')}/workflow`, '/customers/ada', '/customers/ada/orders'])
    expect(await answer(path), path).toEqual(stillLoading)
  for (const path of ['/operations/stuck', '/operations/stock', '/operations/revenue', '/operations/rebuilds/1'])
    expect(await answer(path), path).toEqual(stillLoading)
  expect((await app.inject('/healthz')).statusCode).toBe(200)
  reading.resolve()
  await vi.waitFor(async () => expect(await answer('/customers/ada')).toEqual([404, 'CUSTOMER_UNKNOWN', undefined]))
})
