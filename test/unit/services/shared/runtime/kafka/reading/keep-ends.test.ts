import { expect, test, vi } from 'vitest'
import type { TopicPartition } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { keepEnds } from '../../../../../../../services/shared/runtime/kafka/reading/keep-ends.ts'
import { subscribe } from '../../../../../../../services/shared/runtime/kafka/reading/subscription.ts'
import { inMemoryEventLog } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const partition = (number: number) => ({ topic: 't', partition: number })
const other = { topic: 'u', partition: 0 }

/** Three partitions that end at 10, 11 and 12, and one of another topic that ends at 10. @param kept partition of the first → offset of the group */
function group(kept: ReadonlyMap<number, number>, refusal?: Error) {
  const commits: [string, readonly object[]][] = []
  const source = {
    partitions: async () => [...[0, 1, 2].map(partition), other],
    offsets: async (asked: readonly TopicPartition[]) => asked.map((one) => ({ ...one, offset: 10 + one.partition })),
  }
  const offsets = {
    keptOffset: async (_group: string, { topic, partition: number }: TopicPartition) => (topic === 't' ? kept.get(number) : undefined),
    commitOffsets: async (name: string, positions: readonly { topic: string; partition: number; offset: number }[]) => {
      if (refusal) throw refusal
      commits.push([name, positions])
    },
  }
  return { begin: () => keepEnds('g', ['t', 'u'], source, offsets), commits }
}

const end = { ...other, offset: 10 }

test('a new group has the ends of all partitions, kept at once', async () => {
  const fresh = group(new Map())
  await fresh.begin()
  expect(fresh.commits).toEqual([['g', [...[0, 1, 2].map((number) => ({ ...partition(number), offset: 10 + number })), end]]])
})

test('a topic where it has begun, at 0 too, is left alone: a partition that was added since begins at its beginning', async () => {
  const begun = group(new Map([[0, 0]]))
  await begun.begin()
  expect(begun.commits).toEqual([['g', [end]]])
})

test('a group that has members has begun; any other refusal is an error', async () => {
  const refused = (type: string) => group(new Map(), Object.assign(new Error(type), { type }))
  await expect(refused('UNKNOWN_MEMBER_ID').begin()).resolves.toBeUndefined()
  await expect(refused('COORDINATOR_NOT_AVAILABLE').begin()).rejects.toThrow('COORDINATOR_NOT_AVAILABLE')
})

test('a member joins when it has been kept where its group begins', async () => {
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
  const asked: string[] = []
  const consumer = vi.fn(() => {
    asked.push('join')
    throw new Error('joins later')
  })
  const begin = async (): Promise<void> => {
    asked.push('begin')
    if (asked.length === 1) throw new Error('Kafka is away')
  }
  const options = { group: 'g', topics: ['t'], from: 'end', onBatch: async () => undefined } as const
  const { stop } = subscribe({ kafka: { consumer }, sever: () => undefined, begin }, options, quiet, () => undefined)
  await expect.poll(() => asked.slice(0, 4)).toEqual(['begin', 'begin', 'join', 'join'])
  await stop()
})

test('in memory too, a group that stopped before its first batch goes on from where it began', async () => {
  const log = inMemoryEventLog()
  const write = (value: string) => log.produce([{ topic: 't', key: 'k', value, headers: {} }])
  const seen: string[] = []
  const join = () =>
    log.subscribe({
      group: 'g',
      topics: ['t'],
      from: 'end',
      onBatch: async ({ records }) => void seen.push(...records.map(({ value }) => String(value))),
    })
  await write('before')
  await join().stop()
  await write('meanwhile')
  join()
  await expect.poll(() => seen).toEqual(['meanwhile'])
})
