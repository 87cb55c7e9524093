import { expect, test } from 'vitest'
import { partitionCount } from '../../../../../../../services/shared/runtime/event-sourcing/partitions/partition-count.ts'
import type { OutgoingRecord } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { inMemoryEventLog } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { processedLog } from '../processed-log.ts'

const event = (value = '{}'): OutgoingRecord => ({ topic: 'toy.events', partition: 0, key: 'a', value, headers: {} })

/** A replica's view of topics that have so many partitions; `grow` adds some. */
function topics(counts: Record<string, number>, log = inMemoryEventLog()) {
  const eventLog = { ...log, partitionCounts: async (names: readonly string[]) => new Map(names.map((name) => [name, counts[name] ?? 0])) }
  return { log, counts, replica: (snapshots = true) => partitionCount(eventLog, 'toy', { snapshots }) }
}
const all = (count: number) => ({ 'toy.commands': count, 'toy.events': count, 'toy.snapshots': count })

test('a service without events takes the number that it finds, and keys lie as producers put them', async () => {
  const replica = topics(all(6)).replica()
  expect(() => replica.homeOf('alice')).toThrow('not known yet')
  await replica.verify()
  // As Kafka's Java client says.
  expect(['MUG-BLUE', 'alice', 'a', 'ab'].map(replica.homeOf)).toEqual([0, 3, 4, 2])
})

test('partitions that were added while a replica runs are named', async () => {
  const { counts, replica } = topics(all(6))
  const running = replica()
  await running.verify()
  Object.assign(counts, all(8))
  await expect(running.verify()).rejects.toMatchObject({
    name: 'PartitionsChanged',
    message: expect.stringContaining('toy.commands and toy.events have 8 partitions, but began with 6'),
  })
  expect(running.homeOf('alice'), 'where its history lies').toBe(3)
})

test.each(['toy.events', 'toy.snapshots'])('partitions that were added to one topic only are named (%s)', async (topic) => {
  const { replica } = topics({ ...all(2), [topic]: 4 })
  await expect(replica().verify()).rejects.toThrow(`toy.commands has 2 partitions, ${topic} has 4`)
})

test('snapshots count only where there are any', async () => {
  await topics({ 'toy.commands': 2, 'toy.events': 2 }).replica(false).verify()
})

test('a replica that starts later learns from the newest events how many there were', async () => {
  const { log, counts, replica } = topics(all(6))
  const first = replica()
  await first.verify()
  await log.produce(Array.from({ length: 200 }, () => event()))
  await log.produce(first.note([event(), event(), { ...event(), topic: 'toy.dlq' }]))
  // Marks of transactions that came to nothing.
  await log.produce(Array.from({ length: 15 }, () => event()))
  Object.assign(counts, all(12))
  await expect(replica().verify()).rejects.toThrow('have 12 partitions, but began with 6')
  Object.assign(counts, all(6))
  await replica().verify()
})

test('the number is noted on the last event of a transaction, and on nothing else', async () => {
  const replica = topics(all(6)).replica()
  await replica.verify()
  const noted = replica.note([event('1'), { ...event('2'), headers: { id: 'e2' } }, { ...event('3'), topic: 'toy.dlq' }])
  expect(noted.map(({ value, headers }) => [value, headers])).toEqual([
    ['1', {}],
    ['2', { id: 'e2', partitions: '6' }],
    ['3', {}],
  ])
})

test('events of earlier releases say no number: the one that is found counts', async () => {
  const { log, replica } = topics(all(6))
  await log.produce([event(), event()])
  await replica().verify()
})

test.each([
  [5, 0],
  [20, 0],
  [200, 180],
])('of %d events only the newest are asked', async (events, from) => {
  const { readPartitions, ...log } = inMemoryEventLog()
  const asked: unknown[] = []
  const listening = topics(all(6), {
    ...log,
    readPartitions: (ranges) => {
      asked.push(...ranges)
      return readPartitions(ranges)
    },
  })
  await log.produce(Array.from({ length: events }, () => event()))
  await listening.replica().verify()
  expect(asked).toEqual([{ topic: 'toy.events', partition: 0, from }])
})

test('a command whose key is decided in another partition is put aside, holds up nobody, and is answered like garbage', async () => {
  const log = processedLog({ homeOf: (key) => (key === 'alice' ? 1 : 0) })
  await log.give(['c1', 'alice', 'r1', 1], ['c2', 'bob', 'r2', 1])
  expect(log.deadLetters().map(({ headers }) => `${headers.id} ${headers['dlq.code']}`)).toEqual(['c1 KEY_MISPLACED'])
  expect(log.deadLetters().map(({ headers }) => `${headers['dlq.detail']}`)).toEqual(['alice is decided in partition 1 of toy.commands'])
  expect(log.events().map(({ envelope }) => envelope.type)).toEqual(['toy.CommandAnswered', 'toy.Deposited'])
  expect(log.events().some(({ envelope }) => envelope.aggregateId === 'alice')).toBe(false)
})
