import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { createKafka } from '../../../../../../../services/shared/runtime/kafka/client/kafkajs-client.ts'
import type { Following, FollowOptions, OutgoingRecord } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { connect, eventually, quiet } from '../../event-sourcing/running-toy.ts'
import { createToyTopics, freshName, makeTopicAnew } from '../../event-sourcing/toy-topics.ts'

const brokers = inject('brokers')
const eventLog = connect(brokers)
const service = freshName()
const topic = `${service}.events`
const record = (value: string, partition = 0): OutgoingRecord => ({ topic, partition, key: 'a', value, headers: {} })

const followInto = (from: FollowOptions['from'], seen: string[], failOnce = false): Following => {
  let fails = failOnce
  return eventLog.follow({
    topics: [topic],
    from,
    onBatch: ({ records }) => {
      if (fails) {
        fails = false
        throw new Error('the reader could not take it')
      }
      seen.push(...records.map(({ value }) => String(value)))
    },
  })
}

beforeAll(async () => {
  await createToyTopics(brokers, service)
  const writer = eventLog.transactional(service)
  await writer.fence()
  await writer.commit([record('e1'), record('e2', 1)])
  await writer.commit([record('e3')])
  await writer.discard()
})
afterAll(() => eventLog.close())

test('W10: a reader is caught up once it passed what was there, control records at the end included, and goes on', async () => {
  const seen: string[] = []
  const reader = followInto('beginning', seen)
  await reader.caughtUp
  expect(seen.toSorted()).toEqual(['e1', 'e2', 'e3'])
  // Offsets count the two control records behind the two transactions.
  expect((await eventLog.endOffsets(topic)).get(0)).toBe(4)
  await eventLog.produce([record('e4')])
  await eventually(() => seen.includes('e4'))
  await reader.stop()
})

test('a reader from the end shows only what is written after it started', async () => {
  const seen: string[] = []
  const reader = followInto('end', seen)
  await reader.started
  await eventLog.produce([record('e5')])
  await eventually(() => seen.length > 0)
  expect(seen).toEqual(['e5'])
  await reader.stop()
})

test('a reader that knows the beginning goes on where it says; asked again when it could not say', async () => {
  const seen: string[] = []
  let failed = false
  const from = async ({ partition }: { partition: number }): Promise<number> => {
    if (partition === 0 && !failed) {
      failed = true
      throw new Error('not yet')
    }
    return partition === 0 ? 4 : 0
  }
  const reader = followInto(from, seen)
  await reader.caughtUp
  expect(seen.toSorted()).toEqual(['e2', 'e4', 'e5'])
  await reader.stop()
})

test('records that a reader could not take come again, none is skipped', async () => {
  const seen: string[] = []
  const reader = followInto('beginning', seen, true)
  await reader.caughtUp
  expect(seen.toSorted()).toEqual(['e1', 'e2', 'e3', 'e4', 'e5'])
  await reader.stop()
})

test('a topic that does not exist yet is waited for', async () => {
  const late = freshName()
  const seen: string[] = []
  const reader = eventLog.follow({
    topics: [`${late}.events`],
    from: 'beginning',
    onBatch: ({ records }) => void seen.push(...records.map(({ value }) => String(value))),
  })
  await createToyTopics(brokers, late)
  await reader.caughtUp
  await eventLog.produce([{ ...record('first'), topic: `${late}.events` }])
  await eventually(() => seen.includes('first'))
  await reader.stop()
})

test('a topic that is made anew is read again', async () => {
  const remade = freshName()
  await createToyTopics(brokers, remade)
  const events = { ...record('before'), topic: `${remade}.events` }
  await eventLog.produce(Array.from({ length: 500 }, () => events))
  const seen: string[] = []
  const reader = eventLog.follow({
    topics: [events.topic],
    from: 'end',
    onBatch: ({ records }) => void seen.push(...records.map(({ value }) => String(value))),
  })
  await reader.started
  await makeTopicAnew(brokers, events.topic)
  const writer = connect(brokers)
  await vi.waitFor(
    async () => {
      await writer.produce([{ ...events, value: 'after' }])
      expect(seen).toContain('after')
    },
    { timeout: 15_000, interval: 500 },
  )
  await writer.close()
  await reader.stop()
}, 30_000)

test('where a reader goes on is kept under the name of a group that nobody joins, until the topic is deleted', async () => {
  const group = freshName()
  const partition = { topic: `${service}.commands`, partition: 0 }
  expect(await eventLog.committedOffset(group, partition)).toBe(0)
  await eventLog.commitOffset(group, partition, 1234)
  const other = connect(brokers)
  expect(await other.committedOffset(group, partition)).toBe(1234)
  expect(await other.committedOffset(group, { ...partition, partition: 1 })).toBe(0)
  const admin = createKafka({ brokers: [brokers], clientId: group, logger: quiet }).admin()
  await admin.deleteTopics({ topics: [partition.topic] })
  await admin.disconnect()
  await vi.waitFor(async () => expect(await other.committedOffset(group, partition)).toBe(0), { timeout: 10_000, interval: 100 })
  await other.close()
})
