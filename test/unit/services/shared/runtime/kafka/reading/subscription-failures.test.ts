import { type Consumer, type ConsumerConfig, Kafka } from 'kafkajs'
import { expect, test, vi } from 'vitest'
import type { SubscribeOptions } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { subscribe } from '../../../../../../../services/shared/runtime/kafka/reading/subscription.ts'

const waits = vi.hoisted(() => vi.fn(async (_failures: number, _signal?: AbortSignal) => undefined))
/** Nobody waits here: attempts are counted. */
vi.mock('../../../../../../../services/shared/runtime/kafka/back-off.ts', () => ({ backOff: waits }))

const options: SubscribeOptions = { group: 'g', topics: ['t', 'u'], onBatch: async () => undefined }

/** Consumers of which the first so many cannot connect. */
function failing(times: number) {
  waits.mockClear()
  const kafka = new Kafka({ brokers: ['nowhere:1'] })
  const asked: ConsumerConfig[] = []
  const consumer = {
    on: vi.fn(),
    connect: vi.fn(async () => {
      if (asked.length <= times) throw new Error(`away ${asked.length}`)
    }),
    subscribe: vi.fn(async () => undefined),
    run: vi.fn(async () => undefined),
    disconnect: vi.fn(async () => undefined),
  }
  vi.spyOn(kafka, 'consumer').mockImplementation((config) => {
    if (config) asked.push(config)
    return consumer as unknown as Consumer
  })
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const onFatal = vi.fn()
  return { start: () => subscribe({ kafka, sever: () => undefined }, options, logger, onFatal), asked, consumer, logger, onFatal }
}

test('a member reads both topics from their beginning and commits by hand; it makes no topic, and kafkajs restarts nothing itself', async () => {
  const { start, asked, consumer } = failing(0)
  const subscription = start()
  await vi.waitFor(() => expect(consumer.run).toHaveBeenCalledOnce())
  expect(consumer.subscribe).toHaveBeenCalledWith({ topics: ['t', 'u'], fromBeginning: true })
  expect(consumer.run).toHaveBeenCalledWith({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: 16,
    eachBatch: expect.any(Function),
  })
  expect(asked[0]).toMatchObject({
    groupId: 'g',
    sessionTimeout: 10_000,
    heartbeatInterval: 3_000,
    rebalanceTimeout: 20_000,
    maxWaitTimeInMs: 3_000,
    allowAutoTopicCreation: false,
  })
  expect(await asked[0]?.retry?.restartOnFailure?.(new Error('any'))).toBe(false)
  await subscription.stop()
  expect(asked).toHaveLength(1)
})

test('each failure is told and waited for longer; at the thirtieth in a row the process is told once', async () => {
  const { start, logger, onFatal, consumer } = failing(31)
  const subscription = start()
  await vi.waitFor(() => expect(consumer.run).toHaveBeenCalledOnce())
  const counts = Array.from({ length: 31 }, (_, index) => index + 1)
  expect(logger.warn.mock.calls).toEqual(
    counts.map((failures) => [{ err: new Error(`away ${failures}`), group: 'g', failures }, 'consumer stopped, building it anew']),
  )
  expect(waits.mock.calls.map(([failures]) => failures)).toEqual(counts)
  expect(onFatal.mock.calls).toEqual([[new Error('away 30')]])
  await subscription.stop()
  expect(waits.mock.lastCall?.[1]?.aborted).toBe(true)
})

test('who is stopped while it cannot connect says nothing more', async () => {
  const { start, logger, consumer } = failing(1)
  const connecting = Promise.withResolvers<void>()
  consumer.connect.mockImplementation(() => connecting.promise)
  const stopped = start().stop()
  connecting.reject(new Error('stopped'))
  await stopped
  expect(logger.warn).not.toHaveBeenCalled()
  expect(consumer.disconnect).toHaveBeenCalledOnce()
})
