import { afterAll, expect, inject, test } from 'vitest'
import { createKafka } from '../../../../../../../services/shared/runtime/kafka/client/kafkajs-client.ts'
import { connect, eventually, quiet } from '../../event-sourcing/running-toy.ts'
import { createToyTopics, freshName } from '../../event-sourcing/toy-topics.ts'

const brokers = inject('brokers')
const eventLog = connect(brokers)
afterAll(() => eventLog.close())

test('a group that began at the end reads a partition that was added meanwhile from its beginning', async () => {
  const service = freshName()
  await createToyTopics(brokers, service)
  const topic = `${service}.dlq`
  const write = (value: string, partition: number) => eventLog.produce([{ topic, partition, key: 'a', value, headers: {} }])
  const seen: string[] = []
  // A log of its own: what this process knows of the topic's partitions may be minutes old.
  const begin = () => {
    const log = connect(brokers)
    const { stop } = log.subscribe({
      group: topic,
      topics: [topic],
      from: 'end',
      onBatch: async ({ records }) => void seen.push(...records.map(({ value }) => String(value))),
    })
    return async () => {
      await stop()
      await log.close()
    }
  }
  await write('before', 0)
  const first = begin()
  const kept = () => eventLog.committedOffset(topic, { topic, partition: 0 })
  await eventually(async () => (await kept()) === 1)
  await write('meanwhile', 0)
  // It has joined: one that stops before would be waited for as a member.
  await eventually(() => seen.length > 0)
  await first()
  const admin = createKafka({ brokers: [brokers], clientId: 'admin', logger: quiet }).admin()
  await admin.connect()
  await admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] })
  await admin.disconnect()
  const writer = connect(brokers)
  await writer.produce([{ topic, partition: 1, key: 'a', value: 'in the new one', headers: {} }])
  await writer.close()
  const second = begin()
  await eventually(() => seen.length > 1)
  await write('after', 0)
  await eventually(() => seen.length > 2)
  await second()
  expect(seen).toEqual(['meanwhile', 'in the new one', 'after'])
})
