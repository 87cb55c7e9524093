import { Kafka, type Producer } from 'kafkajs'
import { expect, test, vi } from 'vitest'
import { connectEventLog } from '../../../../../../services/shared/runtime/kafka/connect-event-log.ts'
import { checkRange } from '../../../../../../services/shared/runtime/kafka/option-range.ts'
import { follow } from '../../../../../../services/shared/runtime/kafka/reading/follow.ts'
import type { PartitionSource } from '../../../../../../services/shared/runtime/kafka/reading/partition-source.ts'
import { subscribe } from '../../../../../../services/shared/runtime/kafka/reading/subscription.ts'
import { defaultTimeouts, eventLogTimeouts } from '../../../../../../services/shared/runtime/kafka/timeouts.ts'
import { transactionalWriter } from '../../../../../../services/shared/runtime/kafka/writing/transactional-writer.ts'

const record = { topic: 't', partition: 0, offset: 0, key: null, value: null, headers: {} }
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

test('what is not said is as it always was', () => {
  expect(eventLogTimeouts()).toEqual({
    requestMs: 10_000,
    connectionMs: 3_000,
    transactionMs: 15_000,
    sessionMs: 10_000,
    heartbeatMs: 3_000,
    rebalanceMs: 20_000,
    pollMs: 3_000,
    stopMs: 3_000,
    stopFollowingMs: 2_000,
    closeMs: 1_000,
  })
  expect(eventLogTimeouts({ requestMs: 1 })).toEqual({ ...defaultTimeouts, requestMs: 1 })
})

test.each([
  [{ requestMs: 0 }, 'requestMs is 0: it must be a whole number from 1 to 3600000'],
  [{ connectionMs: 1.5 }, 'connectionMs is 1.5'],
  [{ transactionMs: Number.NaN }, 'transactionMs is NaN'],
  [{ rebalanceMs: 3600_001 }, 'rebalanceMs is 3600001'],
  [{ stopMs: 0 }, 'stopMs is 0'],
  [{ heartbeatMs: 3334 }, 'heartbeatMs is 3334: it must be at most a third of sessionMs (10000)'],
  [{ sessionMs: 8_999 }, 'heartbeatMs is 3000: it must be at most a third of sessionMs (8999)'],
])('%j does not connect', (timeouts, message) => {
  const connecting = () => connectEventLog({ brokers: ['nowhere:1'], clientId: 'c', logger: quiet, timeouts })
  expect(connecting).toThrow(RangeError)
  expect(connecting).toThrow(message)
})

test('a third of the session is often enough', () => {
  expect(eventLogTimeouts({ sessionMs: 9_000 }).sessionMs).toBe(9_000)
})

test.each([1, 7, 10])('%d is from 1 to 10', (value) => {
  expect(() => checkRange('n', value, 1, 10)).not.toThrow()
})

/** What kafkajs is told when the log makes a consumer or a producer. */
function fakeKafka() {
  const kafka = new Kafka({ brokers: ['nowhere:1'] })
  const never = new Promise<void>(() => undefined)
  const subscribed = vi.fn(async () => undefined)
  const consumer = {
    on: () => undefined,
    connect: async () => undefined,
    subscribe: subscribed,
    run: () => never,
    disconnect: async () => undefined,
  }
  const making = vi.spyOn(kafka, 'consumer').mockReturnValue(consumer as never)
  const producer: Partial<Record<keyof Producer, unknown>> = {
    connect: async () => undefined,
    disconnect: async () => undefined,
    transaction: async () => ({ abort: async () => undefined }),
  }
  const producing = vi.spyOn(kafka, 'producer').mockReturnValue(producer as never)
  return { kafka, making, producing, subscribed }
}

test('a member is told how long its session lasts, and reads partitions without an offset from their beginning: the end was committed', async () => {
  for (const from of [undefined, 'beginning', 'end'] as const) {
    const { kafka, making, subscribed } = fakeKafka()
    const timeouts = { sessionMs: 900, heartbeatMs: 300, rebalanceMs: 800, pollMs: 700 }
    const options = { group: 'g', topics: ['t'], onBatch: async () => undefined, ...(from && { from }) }
    subscribe({ kafka, sever: () => undefined }, options, quiet, () => undefined, timeouts)
    await vi.waitFor(() => expect(subscribed).toHaveBeenCalledWith({ topics: ['t'], fromBeginning: true }))
    expect(making).toHaveBeenCalledWith(
      expect.objectContaining({ sessionTimeout: 900, heartbeatInterval: 300, rebalanceTimeout: 800, maxWaitTimeInMs: 700 }),
    )
  }
})

test('a member that does not leave is waited for no longer than it is said', async () => {
  const { kafka, subscribed } = fakeKafka()
  vi.spyOn(kafka, 'consumer').mockReturnValue({
    ...kafka.consumer({ groupId: 'g' }),
    disconnect: () => new Promise(() => undefined),
  } as never)
  const options = { group: 'g', topics: ['t'], onBatch: async () => undefined }
  const { stop } = subscribe({ kafka, sever: () => undefined }, options, quiet, () => undefined, { stopMs: 20 })
  await vi.waitFor(() => expect(subscribed).toHaveBeenCalled())
  const asked = performance.now()
  await stop()
  expect(performance.now() - asked).toBeLessThan(defaultTimeouts.stopMs)
})

test('a reader without a group polls as it is said, and is waited for no longer', async () => {
  const polls: number[] = []
  const source: PartitionSource = {
    partitions: async () => [{ topic: 't', partition: 0 }],
    offsets: async () => [{ topic: 't', partition: 0, offset: 0 }],
    byLeader: async (positions) => new Map([[1, [...positions]]]),
    fetch: async (_leader, _positions, maxWaitMs) => {
      polls.push(maxWaitMs)
      return [{ topic: 't', partition: 0, nextOffset: 1, records: [record] }]
    },
    refresh: async () => undefined,
    close: async () => undefined,
  }
  const handling = vi.fn(() => new Promise<void>(() => undefined))
  const following = follow(source, { topics: ['t'], from: 'beginning', onBatch: handling }, quiet, { pollMs: 70, stopFollowingMs: 20 })
  await vi.waitFor(() => expect(handling).toHaveBeenCalled())
  expect(polls).toEqual([70])
  const asked = performance.now()
  await following.stop()
  expect(performance.now() - asked).toBeLessThan(defaultTimeouts.stopFollowingMs)
})

test('a transaction is told when the broker ends it', async () => {
  const { kafka, producing } = fakeKafka()
  await transactionalWriter(kafka, 'toy-0', 777).fence()
  expect(producing).toHaveBeenCalledWith(expect.objectContaining({ transactionTimeout: 777 }))
  await transactionalWriter(kafka, 'toy-0').fence()
  expect(producing).toHaveBeenLastCalledWith(expect.objectContaining({ transactionTimeout: 15_000 }))
})
