import { beforeAll, expect, test } from 'vitest'
import { newestAggregates } from '../../../../scripts/events/log/newest-aggregates.ts'
import { writeSimulatedLog } from '../../../../scripts/events/simulated/write-simulated-log.ts'
import { inMemoryEventLog } from '../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const eventLog = inMemoryEventLog()
beforeAll(async () => {
  await writeSimulatedLog(eventLog, { count: 80, seed: 1, from: Date.parse('2026-01-01T00:00:00.000Z'), lasting: 3600_000 })
})

/** By reading all of the topic, as nobody does with a long log. */
const newestByReadingAll = (topic: string): string[] => {
  const times = new Map<string, string>()
  for (const { key, headers } of eventLog.read(topic))
    if (!String(headers.type).endsWith('.CommandAnswered')) times.set(String(key), String(headers.time))
  return [...times].toSorted(([, one], [, other]) => (one < other ? 1 : -1)).map(([id]) => id)
}

test.each([1, 3, 10])('the newest %i orders, without reading the whole log', async (limit) => {
  const ranges: number[] = []
  const counting = {
    ...eventLog,
    readPartitions: (given: Parameters<typeof eventLog.readPartitions>[0]) => {
      ranges.push(...given.map(({ from }) => from))
      return eventLog.readPartitions(given)
    },
  }
  const found = await newestAggregates(counting, { kind: 'order', limit })
  expect(found.map(({ id }) => id)).toEqual(newestByReadingAll('orders.events').slice(0, limit))
  expect(found[0]).toMatchObject({ kind: 'order', version: expect.any(Number), type: expect.stringMatching(/^orders\./) })
  expect(Math.min(...ranges)).toBeGreaterThan(0)
})

test('reads back as far as it must for one that is wanted', async () => {
  const [first] = newestByReadingAll('orders.events').slice(-1)
  const found = await newestAggregates(eventLog, { kind: 'order', limit: 1, wanted: ({ id }) => id === first })
  expect(found.map(({ id }) => id)).toEqual([first])
})

test('fewer than asked for, or none, are no fault', async () => {
  expect(await newestAggregates(eventLog, { kind: 'order', limit: 1000 })).toHaveLength(newestByReadingAll('orders.events').length)
  expect(await newestAggregates(inMemoryEventLog(), { kind: 'order', limit: 3 })).toEqual([])
})
