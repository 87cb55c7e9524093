import { expect, test } from 'vitest'
import { checkLog } from '../../../../../scripts/events/audit/check-log.ts'
import { simulatedLog } from '../../../../../scripts/events/simulated/simulated-log.ts'
import { simulatedOrders } from '../../../../../scripts/events/simulated/simulated-orders.ts'
import type { LogRecord } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { eventSourcedNames } from '../../../../../services/shop.ts'
import { logOf } from '../log-of.ts'

const from = Date.parse('2026-01-01T00:00:00.000Z')
const whole: readonly LogRecord[] = (() => {
  const ends = new Map<string, number>()
  const orders = simulatedOrders({ count: 40, seed: 1, from, lasting: 400_000 })
  return [...simulatedLog(orders, { partitions: 2, underWay: 16 })].map(({ topic, partition, key, value, headers }) => {
    const offset = ends.get(`${topic}/${partition}`) ?? 0
    ends.set(`${topic}/${partition}`, offset + 1)
    const texts = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])
    return { topic, partition, offset, key: Buffer.from(key ?? ''), value: Buffer.from(value ?? ''), headers: Object.fromEntries(texts) }
  })
})()

/** Somewhere behind `part` of the log, where nothing that is written at once is torn. */
function cut(part: number): number {
  const source = (index: number) => whole[index]?.headers.source?.toString()
  let end = Math.floor(part * whole.length)
  while (end < whole.length && source(end) !== undefined && source(end) === source(end - 1)) end += 1
  return end
}

/** What a reader sees who reads one service after another while the log grows. */
function readWhileWritten(begin: number, perService: number): readonly LogRecord[] {
  const ends = new Map(eventSourcedNames.map((name, turn) => [name as string, cut(begin + turn * perService)]))
  return whole.filter(({ topic }, index) => index < (ends.get(topic.split('.')[0] ?? '') ?? 0))
}

const faultsOf = async (records: readonly LogRecord[], settledBefore?: number) =>
  (await checkLog(logOf(records), settledBefore === undefined ? {} : { settledBefore }))
    .filter(({ passed }) => !passed)
    .map(({ name }) => name)

const readings = [0.2, 0.35, 0.5, 0.65].flatMap((begin) => [0, 0.02, 0.05].map((perService) => [begin, perService] as const))

test.each(readings)(
  'a log read from %f on, while %f of it is written for each service: what is younger is not missed',
  async (...reading) => {
    const records = readWhileWritten(...reading)
    expect(await faultsOf(records, from)).toEqual([])
    expect(await faultsOf(records)).not.toEqual([])
  },
)

test('what is older than the moment must have led to what it leads to', async () => {
  const records = readWhileWritten(0.5, 0)
  const after = Date.parse('2027-01-01T00:00:00.000Z')
  expect(await faultsOf(records, after)).toEqual(await faultsOf(records))
  expect(await faultsOf(records, after)).toEqual(
    expect.arrayContaining(['orders that are neither confirmed nor cancelled', 'commands that wait to be decided']),
  )
})

test('an order that has just been cancelled may still hold what it gives back', async () => {
  const cancelled = whole.flatMap(({ headers }, index) => (headers.type?.toString() === 'orders.OrderCancelled' ? [index + 1] : []))
  const faults = await Promise.all(cancelled.map((index) => faultsOf(whole.slice(0, cut(index / whole.length)))))
  expect(faults.flat().join('\n')).toMatch(/orders whose (money|stock) differs from their end/)
  for (const index of cancelled) expect(await faultsOf(whole.slice(0, cut(index / whole.length)), from)).toEqual([])
})
