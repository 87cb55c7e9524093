import { afterEach, expect, test } from 'vitest'
import type { Assignment, RecordBatch } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import { type BrokerNames, renameLog } from '../../../../../../services/shared/runtime/kafka/rename-log.ts'
import { inMemoryEventLog } from '../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const staging = (name: string): string => `staging.${name}`
const names: BrokerNames = { topic: staging, group: (name) => `${name}-blue`, transactionalId: (name) => `tx.${name}` }
const record = (topic: string, value: string) => ({ topic, partition: 0, key: 'k', value, headers: {} })

const logs: { close(): Promise<void> }[] = []
function begin(how: BrokerNames = names) {
  const broker = inMemoryEventLog()
  logs.push(broker)
  return { broker, log: renameLog(broker, how) }
}
afterEach(async () => {
  await Promise.all(logs.splice(0).map((log) => log.close()))
})

const texts = ({ topic, records }: RecordBatch): string[] => records.map((read) => `${topic} ${read.topic} ${read.value}`)

test('what is written lies under the name at the broker, and is read under the name that one knows', async () => {
  const { broker, log } = begin()
  await log.produce([record('t', 'a')])
  expect(broker.read('staging.t').map(({ topic }) => topic)).toEqual(['staging.t'])
  const read: string[] = []
  for await (const batch of log.readPartitions([{ topic: 't', partition: 0, from: 0 }])) read.push(...texts(batch))
  expect(read).toEqual(['t t a'])
  expect(await log.endOffsets('t')).toEqual(new Map([[0, 1]]))
  expect(await log.partitionCounts(['t', 'u'])).toEqual(
    new Map([
      ['t', 1],
      ['u', 1],
    ]),
  )
})

test('transactions have the id at the broker, and say where they end under the names that one knows', async () => {
  const { broker, log } = begin()
  const ids: string[] = []
  const { transactional } = broker
  broker.transactional = (id) => {
    ids.push(id)
    return transactional(id)
  }
  const writer = renameLog(broker, names).transactional('bank-0')
  await writer.fence()
  expect(await writer.commit([record('t', 'a')])).toEqual([{ topic: 't', partition: 0, nextOffset: 1 }])
  await writer.discard()
  expect(ids).toEqual(['tx.bank-0'])
  expect(await log.endOffsets('t')).toEqual(new Map([[0, 1]]))
})

test('subscriptions and followers are handed what lies under the names at the broker', async () => {
  const { broker, log } = begin()
  await log.produce([record('t', 'a')])
  const seen: string[] = []
  const onBatch = async (batch: RecordBatch): Promise<void> => void seen.push(...texts(batch))
  log.subscribe({ group: 'g', topics: ['t'], onBatch })
  await expect.poll(() => seen).toEqual(['t t a'])
  await expect.poll(() => broker.committedOffset('g-blue', { topic: 'staging.t', partition: 0 })).toBe(1)
  const assigned: Assignment[] = []
  log.subscribe({ group: 'h', topics: ['t'], onAssigned: (assignment) => void assigned.push(assignment), onBatch })
  await expect.poll(() => assigned[0]?.partitions).toEqual([{ topic: 't', partition: 0 }])
  assigned[0]?.deliverFrom({ topic: 't', partition: 0 }, 0)
  await expect.poll(() => seen).toEqual(['t t a', 't t a'])
  const asked: string[] = []
  const from = async ({ topic }: { topic: string }): Promise<number> => asked.push(topic) - 1
  await log.follow({ topics: ['t'], from, onBatch }).caughtUp
  await log.follow({ topics: ['t'], from: 'beginning', onBatch }).caughtUp
  expect(asked).toEqual(['t'])
  expect(seen).toHaveLength(4)
})

test('a new group may begin at the end', async () => {
  const { log } = begin()
  await log.produce([record('t', 'old')])
  const seen: string[] = []
  log.subscribe({ group: 'g', topics: ['t'], from: 'end', onBatch: async (batch) => void seen.push(...texts(batch)) })
  await log.produce([record('t', 'new')])
  await expect.poll(() => seen).toEqual(['t t new'])
})

test('offsets are kept under the names of group and topic at the broker', async () => {
  const { broker, log } = begin()
  await log.commitOffset('g', { topic: 't', partition: 0 }, 7)
  expect(await log.committedOffset('g', { topic: 't', partition: 0 })).toBe(7)
  expect(await broker.committedOffset('g-blue', { topic: 'staging.t', partition: 0 })).toBe(7)
})

test('names that nobody changes are as they were', async () => {
  const { broker, log } = begin({})
  await log.produce([record('t', 'a')])
  expect(broker.read('t')).toHaveLength(1)
  await log.commitOffset('g', { topic: 't', partition: 0 }, 7)
  expect(await broker.committedOffset('g', { topic: 't', partition: 0 })).toBe(7)
})

test.each([
  ['', '""'],
  ['..', '".."'],
  ['a b', '"a b"'],
  ['x'.repeat(250), 'xxx'],
])('%j is no name for Kafka', (name, shown) => {
  expect(() => renameLog(inMemoryEventLog(), { topic: () => name }, ['t'])).toThrow(shown)
})

test('two names that become one are refused before anything is mixed', async () => {
  const one: BrokerNames = { topic: () => 'all', group: () => 'all', transactionalId: () => 'all' }
  expect(() => renameLog(inMemoryEventLog(), one, ['t', 'u'])).toThrow('the topics t and u are both called all')
  const { log } = begin(one)
  log.transactional('a-0')
  expect(() => log.transactional('a-1')).toThrow('the transactional ids a-0 and a-1 are both called all')
  await log.committedOffset('g', { topic: 't', partition: 0 })
  await expect(log.committedOffset('h', { topic: 't', partition: 0 })).rejects.toThrow('the groups g and h are both called all')
})

test('closing closes the log', async () => {
  let closed = false
  const close = async (): Promise<void> => {
    closed = true
  }
  await renameLog({ ...inMemoryEventLog(), close }, names).close()
  expect(closed).toBe(true)
})
