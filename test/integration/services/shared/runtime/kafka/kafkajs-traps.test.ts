import { CompressionTypes, type ICustomPartitioner, Kafka, logLevel, Partitioners } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { partitioner } from '../../../../../../services/shared/runtime/kafka/client/kafkajs-client.ts'
import { createToyTopics, freshName } from '../event-sourcing/toy-topics.ts'

/** What kafkajs does when it is used as its documentation says: each of these is why the runtime does it another way. */
const brokers = inject('brokers')
const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING })
const service = freshName()
const topic = `${service}.events`
const groups = [`${service}.close`, `${service}.pending`] as const
const [closeGroup, pendingGroup] = groups
const offsets = (groupId: string, offset: number) => ({
  consumerGroupId: groupId,
  topics: [{ topic, partitions: [{ partition: 0, offset: String(offset) }] }],
})
const message = { topic, messages: [{ key: 'a', value: '{}' }] }
const producerOf = (transactionalId: string) => kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 })
const admin = kafka.admin()
const readOffset = async (groupId: string) =>
  (await admin.fetchOffsets({ groupId, topics: [topic] }))[0]?.partitions.find(({ partition }) => partition === 0)?.offset

beforeAll(async () => {
  await createToyTopics(brokers, service)
  await admin.connect()
  // A new broker's coordinators come into being when they are first asked for.
  for (const group of groups) await vi.waitFor(() => readOffset(group), { timeout: 20_000, interval: 200 })
}, 45_000)
afterAll(() => admin.disconnect())

test('W3: the trap: offsets in a transaction that follows another closely are refused, and not tried again', async () => {
  const producer = producerOf(`${service}-close`)
  await producer.connect()
  const failures: unknown[] = []
  for (let n = 0; n < 200 && failures.length === 0; n += 1) {
    const transaction = await producer.transaction()
    try {
      await transaction.sendOffsets(offsets(closeGroup, n))
      await transaction.send(message)
      await transaction.commit()
    } catch (error) {
      failures.push(error)
      await transaction.abort().catch(() => undefined)
    }
  }
  await producer.disconnect()
  expect(failures).toMatchObject([{ type: 'CONCURRENT_TRANSACTIONS' }])
})

test('W7: the trap: a new owner reads an offset that a pending transaction is about to change, and nobody tells it to wait', async () => {
  const producer = producerOf(`${service}-pending`)
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send(message)
  await transaction.sendOffsets(offsets(pendingGroup, 7))
  expect(await readOffset(pendingGroup)).toBe('-1')
  await transaction.commit()
  await expect.poll(() => readOffset(pendingGroup)).toBe('7')
  await producer.disconnect()
})

test('W8: the trap: what is sent at the same time goes one message a request', async () => {
  const plain = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  let requests = 0
  plain.on('producer.network.request', ({ payload }) => {
    if (payload.apiName === 'Produce') requests += 1
  })
  await plain.connect()
  await Promise.all(Array.from({ length: 100 }, () => plain.send(message)))
  await plain.disconnect()
  expect(requests).toBe(100)
})

test('W12: the trap: where a key lands is a default, and that of kafkajs 1 put keys elsewhere', async () => {
  const keys = ['MUG-BLUE', 'BELL-SHIP', 'alice', 'Zürich', 'a', 'ab', 'abc', 'abcd']
  const places = async (createPartitioner?: ICustomPartitioner) => {
    const plain = kafka.producer(createPartitioner && { createPartitioner })
    await plain.connect()
    const metadata = await Promise.all(keys.map((key) => plain.send({ topic, messages: [{ key, value: '{}' }] })))
    await plain.disconnect()
    return metadata.map(([written]) => written?.partition)
  }
  const byDefault = await places()
  expect(byDefault).toEqual(await places(partitioner))
  expect(byDefault).not.toEqual(await places(Partitioners.LegacyPartitioner))
})

test.each(['Snappy', 'LZ4', 'ZSTD'] as const)('W13: the trap: it knows %s by name only', async (name) => {
  const plain = kafka.producer()
  await plain.connect()
  await expect(plain.send({ ...message, compression: CompressionTypes[name] })).rejects.toThrow('compression not implemented')
  await plain.disconnect()
})
