import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { retry } from '../../../../../../services/shared/runtime/kafka/client/kafkajs-client.ts'
import { patchUnknownPartitions } from '../../../../../../services/shared/runtime/kafka/client/kafkajs-patches.ts'
import { createToyTopics, freshName } from '../event-sourcing/toy-topics.ts'

const brokers = inject('brokers')
const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING, retry })
const admin = kafka.admin()
const producer = kafka.producer({ idempotent: true, allowAutoTopicCreation: false })
const topic = `${freshName()}.dlq`
const write = (partition: number) => producer.send({ topic, messages: [{ key: 'a', value: '{}', partition }] })
/** Ends by partition, as a client sees them that asks for the first time. */
const ends = async () => {
  const fresh = kafka.admin()
  await fresh.connect()
  const offsets = await fresh.fetchTopicOffsets(topic)
  await fresh.disconnect()
  return Object.fromEntries(offsets.map(({ partition, high }) => [partition, high]))
}

beforeAll(async () => {
  await createToyTopics(brokers, topic.slice(0, -'.dlq'.length))
  await Promise.all([admin.connect(), producer.connect()])
}, 45_000)
afterAll(() => Promise.all([admin.disconnect(), producer.disconnect()]))

test('W15: a producer that was started before a partition writes to it; the trap: kafkajs says so and writes nothing', async () => {
  await write(0)
  await admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] })
  await expect.poll(ends).toEqual({ 0: '1', 1: '0' })
  expect(await write(1)).toEqual([])
  expect(await ends()).toEqual({ 0: '1', 1: '0' })
  const unpatch = patchUnknownPartitions()
  try {
    expect(await write(1)).toMatchObject([{ partition: 1, baseOffset: '0' }])
    expect(await ends()).toEqual({ 0: '1', 1: '1' })
  } finally {
    unpatch()
  }
})

test('W15: a partition that there never is makes an error, when its time is over', async () => {
  const unpatch = patchUnknownPartitions()
  try {
    await expect(write(7)).rejects.toThrow(`${topic} has no partition 7 that this client knows`)
  } finally {
    unpatch()
  }
})
