import { type ISocketFactory, Kafka, type KafkaConfig, type LogEntry, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { retry } from '../../../../../../services/shared/runtime/kafka/client/kafkajs-client.ts'
import { patchFencingWait } from '../../../../../../services/shared/runtime/kafka/client/kafkajs-patches.ts'
import { connect, readAll } from '../event-sourcing/running-toy.ts'
import { createToyTopics, freshName } from '../event-sourcing/toy-topics.ts'
import { cutBefore, cutBehind, meddlingSockets } from './meddling-sockets.ts'

/** kafkajs waits less and tries more often where this is `test`: here it shall do as in earnest. */
vi.hoisted(() => vi.stubEnv('NODE_ENV', 'production'))

const brokers = inject('brokers')
const eventLog = connect(brokers)
// Connecting patches kafkajs; the traps are those of kafkajs as it is.
patchFencingWait()()
const service = freshName()
const topic = `${service}.events`
const message = (value: string, partition = 0) => ({ topic, messages: [{ key: 'a', value, partition }] })

beforeAll(() => createToyTopics(brokers, service))
afterAll(() => eventLog.close())

/** https://kafka.apache.org/protocol.html#protocol_error_codes */
const concurrentTransactions = 51

/** Connections on which the first transaction is asked to come back. The answer ends with the error code of its only partition. */
const busyAtFirst = (): ISocketFactory => {
  let asked = 0
  return meddlingSockets('addPartitionsToTransaction', (socket) => {
    asked += 1
    if (asked === 1) socket.prependOnceListener('data', (answer: Buffer) => answer.writeInt16BE(concurrentTransactions, answer.length - 2))
    return true
  })
}

/** A client, and what it logs. */
function talking(options: Partial<KafkaConfig> = {}) {
  const said: LogEntry['log'][] = []
  const logCreator = () => (entry: LogEntry) => void said.push(entry.log)
  const kafka = new Kafka({ ...options, brokers: [brokers], logLevel: logLevel.DEBUG, logCreator })
  const waits = (reason: string) => said.filter((log) => log.message.startsWith(reason)).map(({ retryTime }) => Number(retryTime))
  return { said, kafka, waits }
}

/** Breaks a commit. @returns what kafkajs says of it, what to those who go on with the producer, and whether the commit was done */
async function breakCommit(cut: typeof cutBefore, partition: number) {
  const socketFactory = meddlingSockets('endTransaction', cut)
  const transactionalId = `${service}-cut-${partition}`
  const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING, socketFactory })
  const producer = kafka.producer({ transactionalId, idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send(message('cut', partition))
  const said = await transaction.commit().catch(String)
  const refused = [await transaction.abort().catch(String), await producer.transaction().catch(String)]
  await producer.disconnect()
  await producer.connect()
  refused.push(await producer.transaction().catch(String))
  await producer.disconnect()
  // As the runtime does: a new producer ends what is open, then the log tells.
  const writer = eventLog.transactional(transactionalId)
  await writer.fence()
  const records = await readAll(eventLog, topic)
  await writer.discard()
  return { said, refused, done: records.some((record) => record.partition === partition) }
}

test('W2: the trap: a commit that broke off does not say how it ended, and its producer never begins another', async () => {
  const [lost, done] = [await breakCommit(cutBefore, 0), await breakCommit(cutBehind, 1)]
  expect([lost.done, done.done]).toEqual([false, true])
  expect(lost.said).toContain('KafkaJSConnectionError')
  expect(done.said).toBe(lost.said)
  expect(lost.refused).toEqual([
    expect.stringContaining('Cannot continue to use transaction once ended'),
    expect.stringContaining('Cannot call "beginTransaction" in state "COMMITTING"'),
    // Not even when it is connected anew.
    expect.stringContaining('Cannot call "beginTransaction" in state "COMMITTING"'),
  ])
  expect(done.refused).toEqual(lost.refused)
})

/** A transaction that is asked once to come back in a moment. @returns after how long kafkajs does, ms */
async function firstWaitOfSend(options: Partial<KafkaConfig>): Promise<number | undefined> {
  const { kafka, waits } = talking({ ...options, socketFactory: busyAtFirst() })
  const producer = kafka.producer({ transactionalId: `${service}-busy`, maxInFlightRequests: 1 })
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send(message('busy'))
  await transaction.abort()
  await producer.disconnect()
  return waits('Failed to send messages: The producer attempted to update a transaction while another')[0]
}

/** A successor whose predecessor's transaction is open is always asked to come back. @returns after how long kafkajs does, ms */
async function firstWaitOfFence(options: Partial<KafkaConfig>): Promise<number | undefined> {
  const { kafka, waits } = talking(options)
  const producerOf = () => kafka.producer({ ...options, transactionalId: `${service}-open` })
  const [predecessor, successor] = [producerOf(), producerOf()]
  await Promise.all([predecessor.connect(), successor.connect()])
  await (await predecessor.transaction()).send(message('open'))
  await (await successor.transaction()).abort()
  await Promise.all([predecessor.disconnect(), successor.disconnect()])
  return waits('There is an ongoing transaction on this transactionId')[0]
}

test('W4: the trap: a transaction that is asked to come back in a moment does so after 300 ms ± 20 %, with our `retry` after 2 or 3', async () => {
  const bare = await firstWaitOfSend({})
  expect(bare).toBeGreaterThanOrEqual(240)
  expect(bare).toBeLessThanOrEqual(360)
  const ours = await firstWaitOfSend({ retry })
  expect(ours).toBeGreaterThan(0)
  expect(ours).toBeLessThanOrEqual(3)
})

test('W4: the trap: who fences an open transaction waits as long, whatever `retry` says; patched, 2 or 3 ms', async () => {
  for (const options of [{}, { retry }]) {
    const wait = await firstWaitOfFence(options)
    expect(wait).toBeGreaterThanOrEqual(240)
    expect(wait).toBeLessThanOrEqual(360)
  }
  const restore = patchFencingWait()
  const ours = await firstWaitOfFence({ retry }).finally(restore)
  expect(ours).toBeGreaterThan(0)
  expect(ours).toBeLessThanOrEqual(3)
})

test.each([
  ['client', { retry: { initialRetryTime: 1 } }, {}],
  ['producer', {}, { retry: { initialRetryTime: 1 } }],
] as const)(
  'W4: the trap: the `retry` of a %s without `retries` lets an idempotent producer give up after 5, unsaid',
  async (_, client, own) => {
    const { said, kafka } = talking(client)
    const warnings = () => said.filter((log) => log.message.startsWith('Limiting retries')).length
    const producer = kafka.producer({ ...own, idempotent: true, allowAutoTopicCreation: false })
    await producer.connect()
    const send = producer.send({ topic: freshName(), messages: [{ value: 'to nowhere' }] })
    await expect(send).rejects.toMatchObject({ name: 'KafkaJSNumberOfRetriesExceeded', retryCount: 5 })
    await producer.disconnect()
    expect(warnings()).toBe(0)
    // Of the same number, when it is stated, it warns.
    kafka.producer({ idempotent: true, retry: { retries: 5 } })
    expect(warnings()).toBe(1)
  },
)
