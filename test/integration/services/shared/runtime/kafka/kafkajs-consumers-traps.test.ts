import { type Consumer, type EachBatchPayload, type EachMessagePayload, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { patchIdleTimers } from '../../../../../../services/shared/runtime/kafka/client/kafkajs-patches.ts'
import { connect, eventually } from '../event-sourcing/running-toy.ts'
import { createToyTopics, freshName } from '../event-sourcing/toy-topics.ts'
import { cutBefore, meddlingSockets } from './meddling-sockets.ts'

/** What members of a group do when kafkajs is used as its documentation says: each of these is why the runtime does it another way. */
const brokers = inject('brokers')
const options = { brokers: [brokers], logLevel: logLevel.NOTHING }
const kafka = new Kafka(options)
const eventLog = connect(brokers)
const admin = kafka.admin()
const plain = kafka.producer()

beforeAll(() => {
  // W1 would only cost time.
  patchIdleTimers()
  return Promise.all([admin.connect(), plain.connect()])
})
afterAll(() => Promise.all([admin.disconnect(), plain.disconnect(), eventLog.close()]))

/** A topic of two partitions and a group that no other test uses. */
async function freshTopic() {
  const groupId = freshName()
  await createToyTopics(brokers, groupId)
  const topic = `${groupId}.events`
  const write = (partition: number, ...values: string[]) => plain.send({ topic, messages: values.map((value) => ({ partition, value })) })
  /** A member that does not run yet. It hears of a rebalance at once, and is waited for 3 s. */
  const member = async (client = kafka) => {
    const consumer = client.consumer({ groupId, heartbeatInterval: 100, maxWaitTimeInMs: 100, rebalanceTimeout: 3000 })
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    return consumer
  }
  const committed = async () =>
    (await admin.fetchOffsets({ groupId, topics: [topic] }))[0]?.partitions.find(({ partition }) => partition === 0)?.offset
  const members = async () => (await admin.describeGroups([groupId])).groups[0]?.members.length
  return { groupId, topic, write, member, committed, members }
}

/** The partitions that a member holds: one list for each time it joined. */
function assignments(consumer: Consumer): number[][] {
  const joined: number[][] = []
  consumer.on('consumer.group_join', ({ payload }) => void joined.push(Object.values(payload.memberAssignment).flat()))
  return joined
}

/** A handler that does not end before it is released. */
function lingering<Payload>() {
  const busy = Promise.withResolvers<Payload>()
  const released = Promise.withResolvers<void>()
  const handler = (payload: Payload) => {
    busy.resolve(payload)
    return released.promise
  }
  return { handler, busy: busy.promise, release: released.resolve }
}

test('W6: the trap: offsets of a member that was put out count, when they come in a transaction', async () => {
  const { groupId, topic, write, member, committed } = await freshTopic()
  await write(0, 'a', 'b', 'c')
  const [zombie, heir] = [await member(), await member()]
  const { handler, busy, release } = lingering<EachBatchPayload>()
  await zombie.run({ autoCommit: false, eachBatch: handler })
  const { commitOffsetsIfNecessary } = await busy
  await heir.run({ eachMessage: async () => undefined })
  await expect.poll(committed, { timeout: 20_000 }).toBe('3')

  const topics = [{ topic, partitions: [{ partition: 0, offset: '1' }] }]
  await expect(commitOffsetsIfNecessary({ topics })).rejects.toMatchObject({ type: 'UNKNOWN_MEMBER_ID' })
  const ofZombie = kafka.producer({ transactionalId: `${groupId}-zombie`, maxInFlightRequests: 1 })
  await ofZombie.connect()
  const transaction = await ofZombie.transaction()
  await transaction.sendOffsets({ consumerGroupId: groupId, topics })
  await transaction.commit()
  await expect.poll(committed, { timeout: 10_000 }).toBe('1')
  // What ends it: whoever takes the partition over takes the transactional id over, too.
  const ofHeir = eventLog.transactional(`${groupId}-zombie`)
  await ofHeir.fence()
  const late = await ofZombie.transaction()
  await expect(late.sendOffsets({ consumerGroupId: groupId, topics })).rejects.toMatchObject({ type: 'INVALID_PRODUCER_EPOCH' })

  release()
  await Promise.all([ofZombie.disconnect(), ofHeir.discard(), zombie.disconnect(), heir.disconnect()])
})

test('W9: the trap: when another member joins, also what is kept is taken away, and its records come again', async () => {
  const { write, member } = await freshTopic()
  await Promise.all([write(0, 'a'), write(1, 'b')])
  const [first, second] = [await member(), await member()]
  const joined = assignments(first)
  const seen: number[] = []
  const eachMessage = async ({ partition }: EachMessagePayload) => void seen.push(partition)
  await first.run({ autoCommit: false, eachMessage })
  await eventually(() => seen.length === 2)
  await second.run({ autoCommit: false, eachMessage: async () => undefined })
  await eventually(() => seen.length === 3)
  expect(joined[0]).toHaveLength(2)
  expect(joined.at(-1)).toHaveLength(1)
  expect(seen.slice(2)).toEqual(joined.at(-1))
  await Promise.all([first.disconnect(), second.disconnect()])
})

test('W9: the trap: while one member is waited for, the others get nothing', async () => {
  const { write, member } = await freshTopic()
  await Promise.all([write(0, 'before'), write(1, 'before')])
  const [quick, slow, third] = [await member(), await member(), await member()]
  const happened: string[] = []
  const deliver = async ({ message }: EachMessagePayload) => void happened.push(`${message.value} delivered`)
  const joined = assignments(quick)
  await quick.run({ autoCommit: false, eachMessage: deliver })
  const { handler, busy, release } = lingering<EachMessagePayload>()
  await slow.run({ autoCommit: false, eachMessage: handler })
  await busy
  await eventually(() => joined.at(-1)?.length === 1)
  const [ofQuick = 0] = joined.at(-1) ?? []

  const rebalancing = Promise.withResolvers<void>()
  quick.on('consumer.rebalancing', () => rebalancing.resolve())
  quick.on('consumer.group_join', () => void happened.push('joined'))
  const running = third.run({ autoCommit: false, eachMessage: deliver })
  await rebalancing.promise
  await write(ofQuick, 'then')
  happened.push('written')
  await running
  await eventually(() => happened.includes('then delivered'))
  expect(happened.filter((what) => what !== 'before delivered')).toEqual(['written', 'joined', 'then delivered'])

  release()
  await Promise.all([quick.disconnect(), slow.disconnect(), third.disconnect()])
})

test('W10: the trap: who counts from the last record never arrives at the end of a transactional topic', async () => {
  const { groupId, topic, member, committed } = await freshTopic()
  const writer = eventLog.transactional(groupId)
  await writer.fence()
  for (const value of ['a', 'b']) await writer.commit([{ topic, partition: 0, key: 'k', value, headers: {} }])
  await writer.discard()
  const end = async () => (await admin.fetchTopicOffsets(topic)).find(({ partition }) => partition === 0)?.high
  await expect.poll(end, { timeout: 10_000 }).toBe('4')

  const reader = await member()
  const seen: string[] = []
  const passed = Promise.withResolvers<void>()
  // The last control record is a batch of its own, which nobody is shown.
  reader.on('consumer.end_batch_process', ({ payload }) => {
    if (payload.firstOffset === '3') passed.resolve()
  })
  await reader.run({ eachMessage: async ({ message }) => void seen.push(message.offset) })
  await passed.promise
  expect(seen).toEqual(['0', '2'])
  // Everything was read, and the group's lag stays 1.
  expect(await committed()).toBe('3')
  await reader.disconnect()
  expect([await committed(), await end()]).toEqual(['3', '4'])
})

const breaking = new Kafka({ ...options, socketFactory: meddlingSockets('findCoordinator', cutBefore) })
test.each([
  ['a SyntaxError of its handler', kafka, 'KafkaJSNonRetriableError'],
  ['a connection that breaks while the coordinator is looked for', breaking, 'KafkaJSGroupCoordinatorNotFound'],
] as const)('W11: the trap: after %s a consumer never comes back', async (_, client, error) => {
  const { write, member, members } = await freshTopic()
  await write(0, 'no JSON')
  const consumer = await member(client)
  const crashed = Promise.withResolvers<{ restart: boolean; error: Error }>()
  consumer.on('consumer.crash', ({ payload }) => crashed.resolve(payload))
  const seen: string[] = []
  const eachMessage = async ({ message }: EachMessagePayload) => {
    seen.push(String(message.value))
    JSON.parse(String(message.value))
  }
  await consumer.run({ eachMessage })
  expect(await crashed.promise).toMatchObject({ restart: false, error: { name: error } })
  expect(await members()).toBe(0)
  // What the runtime does: it builds another one, which gets everything, while the first gets nothing any more.
  const tried = seen.length
  const seenByNext: string[] = []
  const next = await member()
  await next.run({ eachMessage: async ({ message }) => void seenByNext.push(String(message.value)) })
  await write(0, 'later')
  await eventually(() => seenByNext.length === 2)
  expect(seenByNext).toEqual(['no JSON', 'later'])
  expect(seen).toHaveLength(tried)
  await next.disconnect()
})
