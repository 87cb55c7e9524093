import { KafkaJSError, KafkaJSNonRetriableError } from 'kafkajs'
import type Cluster from 'kafkajs/src/cluster/index.js'
import { expect, test, vi } from 'vitest'
import { partitionSource } from '../../../../../../../services/shared/runtime/kafka/reading/partition-source.ts'

vi.mock('node:timers/promises', () => import('../../../../../timer-promises.ts'))

/** Two brokers; partition 1 of `a` is led by broker 2, all others by broker 1. */
function fakeCluster() {
  const calls: string[] = []
  const metadata = { a: [0, 1], b: [0] } as Readonly<Record<string, readonly number[]>>
  const cluster = {
    connect: async () => void calls.push('connect'),
    addMultipleTargetTopics: async (topics: readonly string[]) => void calls.push(`topics ${topics}`),
    refreshMetadataIfNecessary: async () => void calls.push('refresh if necessary'),
    refreshMetadata: async () => void calls.push('refresh'),
    disconnect: async () => void calls.push('disconnect'),
    findTopicPartitionMetadata: (topic: string) =>
      (metadata[topic] ?? []).map((partitionId) => ({ partitionId, leader: topic === 'a' && partitionId === 1 ? 2 : 1 })),
    fetchTopicsOffset: vi.fn(async (asked: readonly { topic: string; partitions: readonly { partition: number }[] }[]) =>
      asked.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition }) => ({ partition, offset: `${partition + 40}` })),
      })),
    ),
  }
  return { calls, cluster, source: partitionSource(cluster as unknown as Cluster) }
}

test('the partitions of topics are asked of a cluster that knows them', async () => {
  const { source, calls } = fakeCluster()
  expect(await source.partitions(['a', 'b'])).toEqual([
    { topic: 'a', partition: 0 },
    { topic: 'a', partition: 1 },
    { topic: 'b', partition: 0 },
  ])
  expect(calls).toEqual(['connect', 'topics a,b', 'refresh if necessary'])
})

test.each([
  ['beginning', true],
  ['end', false],
] as const)('offsets at the %s are asked once a topic, and are numbers', async (edge, fromBeginning) => {
  const { source, cluster, calls } = fakeCluster()
  const partitions = [
    { topic: 'a', partition: 0 },
    { topic: 'b', partition: 0 },
    { topic: 'a', partition: 1 },
  ]
  expect(await source.offsets(partitions, edge)).toEqual([
    { topic: 'a', partition: 0, offset: 40 },
    { topic: 'a', partition: 1, offset: 41 },
    { topic: 'b', partition: 0, offset: 40 },
  ])
  expect(cluster.fetchTopicsOffset.mock.calls).toEqual([
    [
      [
        { topic: 'a', partitions: [{ partition: 0 }, { partition: 1 }], fromBeginning },
        { topic: 'b', partitions: [{ partition: 0 }], fromBeginning },
      ],
    ],
  ])
  expect(calls).toContain('topics a,b')
})

test('a partition without a leader is asked again, of the leaders known by then', async () => {
  const { source, cluster, calls } = fakeCluster()
  cluster.fetchTopicsOffset
    .mockRejectedValueOnce(new KafkaJSError('not the leader'))
    .mockRejectedValueOnce(new KafkaJSError('not the leader'))
  expect(await source.offsets([{ topic: 'b', partition: 0 }], 'end')).toEqual([{ topic: 'b', partition: 0, offset: 40 }])
  expect(calls.filter((call) => call === 'refresh')).toHaveLength(2)
})

test('what cannot get better is thrown at once, and what does not get better after the last attempt', async () => {
  const { source, cluster } = fakeCluster()
  cluster.fetchTopicsOffset.mockRejectedValueOnce(new KafkaJSNonRetriableError('not allowed'))
  await expect(source.offsets([{ topic: 'b', partition: 0 }], 'end')).rejects.toThrow('not allowed')
  expect(cluster.fetchTopicsOffset).toHaveBeenCalledTimes(1)
  cluster.fetchTopicsOffset.mockRejectedValue(new KafkaJSError('not the leader'))
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  try {
    const asked = expect(source.offsets([{ topic: 'b', partition: 0 }], 'end')).rejects.toThrow('not the leader')
    await vi.runAllTimersAsync()
    await asked
  } finally {
    vi.useRealTimers()
  }
  expect(cluster.fetchTopicsOffset).toHaveBeenCalledTimes(8)
})

test('positions are grouped by the broker that leads them now', async () => {
  const { source, calls } = fakeCluster()
  const [first, second, third] = [
    { topic: 'a', partition: 0, offset: 1 },
    { topic: 'a', partition: 1, offset: 2 },
    { topic: 'b', partition: 0, offset: 3 },
  ]
  expect(await source.byLeader([first, second, third])).toEqual(
    new Map([
      [1, [first, third]],
      [2, [second]],
    ]),
  )
  expect(calls).toEqual(['refresh if necessary'])
  await expect(source.byLeader([{ topic: 'b', partition: 7, offset: 0 }])).rejects.toThrow('b has no partition 7')
})

test('after an error the leaders are looked up anew, and nothing is left open', async () => {
  const { source, calls } = fakeCluster()
  await source.refresh()
  await source.close()
  expect(calls).toEqual(['refresh', 'disconnect'])
})
