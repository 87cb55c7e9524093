import { expect, test } from 'vitest'
import { allPassed } from '../../../../../scripts/checks/check.ts'
import { checkLog } from '../../../../../scripts/events/audit/check-log.ts'
import { simulatedLog } from '../../../../../scripts/events/simulated/simulated-log.ts'
import { simulatedOrders } from '../../../../../scripts/events/simulated/simulated-orders.ts'
import type { LogRecord } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { logOf } from '../log-of.ts'

const from = Date.parse('2026-01-01T00:00:00.000Z')
const written = (count: number, seed: number) => [
  ...simulatedLog(simulatedOrders({ count, seed, from, lasting: 3600_000 }), { partitions: 3, underWay: 16 }),
]

function read(records: ReturnType<typeof written>): LogRecord[] {
  const ends = new Map<string, number>()
  return records.map(({ topic, partition, key, value, headers }) => {
    const offset = ends.get(`${topic}/${partition}`) ?? 0
    ends.set(`${topic}/${partition}`, offset + 1)
    const texts = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])
    return { topic, partition, offset, key: Buffer.from(key ?? ''), value: Buffer.from(value ?? ''), headers: Object.fromEntries(texts) }
  })
}

test('many interleaved sagas in several partitions are a log without fault', async () => {
  const checks = await checkLog(logOf(read(written(300, 1))))
  expect(checks.filter(({ passed }) => !passed)).toEqual([])
  expect(allPassed(checks)).toBe(true)
})

test('orders end in every way: confirmed, cancelled in time and too late, sold out, too dear', () => {
  const types = new Set(written(300, 1).map(({ headers }) => String(headers.type)))
  for (const type of ['orders.OrderConfirmed', 'orders.OrderCancelled', 'inventory.StockReservationRefused', 'payments.PaymentDeclined'])
    expect(types).toContain(type)
})

test('the same seed writes the same log, another seed another one', () => {
  expect(written(20, 1)).toEqual(written(20, 1))
  expect(written(20, 2)).not.toEqual(written(20, 1))
})
