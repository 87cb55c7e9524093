import { createRequire } from 'node:module'
import Cluster from 'kafkajs/src/cluster/index.js'
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js'
import ConnectionPool, { type Connection } from 'kafkajs/src/network/connectionPool.js'
import { expect, test, vi } from 'vitest'
import {
  patchConnects,
  patchPausedWait,
  patchUnknownPartitions,
} from '../../../../../../../services/shared/runtime/kafka/client/kafkajs-patches.ts'

const logger = { namespace: () => undefined }

/** A member as kafkajs builds it, before it joins. */
function member(maxWaitTimeInMs: number) {
  const group = new ConsumerGroup({ topics: ['t'], topicConfigurations: {}, maxWaitTimeInMs, logger })
  group.subscriptionState.assign([{ topic: 't', partitions: [0, 1] }])
  return group
}

test('a member with a paused partition looks again soon; without one it is as patient as configured', () => {
  expect(member(2000).maxWaitTime).toBe(2000)
  patchPausedWait()
  const [one, other] = [member(2000), member(50)]
  expect(one.maxWaitTime).toBe(2000)
  for (const group of [one, other]) group.subscriptionState.pause([{ topic: 't', partitions: [1] }])
  expect([one.maxWaitTime, other.maxWaitTime]).toEqual([100, 50])
  one.subscriptionState.resume([{ topic: 't', partitions: [1] }])
  expect([one.maxWaitTime, other.maxWaitTime]).toEqual([2000, 50])
})

/** A pool whose connections connect when the test says so. */
function pool(connectionTimeout = 1000) {
  const fresh = new ConnectionPool({
    logger: { namespace: () => ({}) },
    host: 'broker',
    port: 1,
    socketFactory: () => undefined,
    connectionTimeout,
  })
  const attempts: PromiseWithResolvers<unknown>[] = []
  const connection: Connection = {
    isConnected: () => false,
    connect: () => {
      const attempt = Promise.withResolvers<unknown>()
      attempts.push(attempt)
      return attempt.promise
    },
  }
  Object.assign(fresh, { pool: [connection, connection] })
  return { fresh, attempts, connection }
}

test('W14: requests that come together share one connect, and the next one after a failure tries again; unpatched, each opens its own', async () => {
  const plain = pool()
  void plain.fresh.getConnection(1)
  void plain.fresh.getConnection(1)
  expect(plain.attempts).toHaveLength(2)
  const unpatch = patchConnects()
  try {
    const { fresh, attempts, connection } = pool()
    const both = [fresh.getConnection(1), fresh.getConnection(1)]
    expect(attempts).toHaveLength(1)
    attempts[0]?.reject(new Error('nobody there'))
    for (const asked of both) await expect(asked).rejects.toThrow('nobody there')
    const next = fresh.getConnection(1)
    attempts[1]?.resolve(true)
    expect(await next).toBe(connection)
    await expect(fresh.getConnection(2)).rejects.toThrow(RangeError)
  } finally {
    unpatch()
  }
})

test('W14: a connect that never ends holds up nobody for longer than a connect may take', async () => {
  const unpatch = patchConnects()
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  try {
    const { fresh, attempts } = pool(300)
    void fresh.getConnection(1)
    vi.advanceTimersByTime(299)
    void fresh.getConnection(1)
    expect(attempts).toHaveLength(1)
    vi.advanceTimersByTime(1)
    void fresh.getConnection(1)
    expect(attempts).toHaveLength(2)
  } finally {
    vi.useRealTimers()
    unpatch()
  }
})

test('kafkajs is the release whose inside was read: at another one, its patches and typed internals are to be checked again', () => {
  const { version } = createRequire(import.meta.url)('kafkajs/package.json') as { version: string }
  expect(version, 'files that reach inside: kafka/client/kafkajs-{patches,internals.d}.ts, kafka/reading').toBe('2.2.4')
})

test('W15: a partition that the client does not know is an error that makes producers ask again; unpatched, it is left out', () => {
  const known = {
    findTopicPartitionMetadata: () => [{ partitionId: 0, leader: 3 }],
    find(partitions: readonly string[]) {
      return Cluster.prototype.findLeaderForPartitions.call(this as unknown as Cluster, 't', partitions)
    },
  }
  expect(known.find(['0', '1', '2'])).toEqual({ 3: [0] })
  const unpatch = patchUnknownPartitions()
  try {
    expect(known.find(['0'])).toEqual({ 3: [0] })
    expect(() => known.find(['0', '1', '2'])).toThrow(
      expect.objectContaining({ name: 'KafkaJSMetadataNotLoaded', message: 't has no partition 1, 2 that this client knows' }),
    )
  } finally {
    unpatch()
  }
})
