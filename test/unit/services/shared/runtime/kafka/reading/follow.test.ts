import { expect, test } from 'vitest'
import { follow } from '../../../../../../../services/shared/runtime/kafka/reading/follow.ts'
import type { PartitionSource } from '../../../../../../../services/shared/runtime/kafka/reading/partition-source.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** Empty partitions of one topic, all led by broker 1. */
const emptySource = (...partitions: readonly number[]): PartitionSource => ({
  partitions: async () => partitions.map((partition) => ({ topic: 't', partition })),
  offsets: async (asked) => asked.map((partition) => ({ ...partition, offset: 0 })),
  byLeader: async (positions) => new Map([[1, [...positions]]]),
  fetch: async () => {
    await new Promise(setImmediate)
    return []
  },
  refresh: async () => undefined,
  close: async () => undefined,
})

test('when a partition cannot say where it begins, none is asked again before all others have said so', async () => {
  const slow = Promise.withResolvers<number>()
  const again = Promise.withResolvers<void>()
  const asked: number[] = []
  let ended = 0
  const following = follow(
    emptySource(0, 1),
    {
      topics: ['t'],
      from: async ({ partition }) => {
        asked.push(partition)
        if (asked.length > 2) again.resolve()
        if (asked.length > 2) return 0
        if (partition === 0) throw new Error('not now')
        const offset = await slow.promise
        ended = asked.length
        return offset
      },
      onBatch: () => undefined,
    },
    quiet,
  )
  // Longer than the first back-off: a second round would have begun by then.
  await Promise.race([again.promise, new Promise((done) => setTimeout(done, 200))])
  slow.resolve(0)
  await following.started
  expect(asked).toEqual([0, 1, 0, 1])
  expect(ended, 'the slow one ended in the first round').toBe(2)
  await following.stop()
})

test('a reader that stands where the log has no records begins again there; the others go on where they are', async () => {
  const outOfRange = Object.assign(new Error('out of range'), { type: 'OFFSET_OUT_OF_RANGE' })
  const fetched: (readonly number[])[] = []
  let ends = [10, 20]
  const source: PartitionSource = {
    ...emptySource(0, 1),
    offsets: async (asked, edge) => asked.map((one) => ({ ...one, offset: edge === 'end' ? (ends[one.partition] ?? 0) : 0 })),
    fetch: async (_, positions) => {
      await new Promise(setImmediate)
      fetched.push(positions.map(({ offset }) => offset))
      if (positions.some(({ partition, offset }) => offset > (ends[partition] ?? 0))) throw outOfRange
      return []
    },
  }
  const following = follow(source, { topics: ['t'], from: 'end', onBatch: () => undefined }, quiet)
  await following.started
  await expect.poll(() => fetched.length).toBeGreaterThan(1)
  // Partition 0 was made anew; 1 has more than was read.
  ends = [3, 25]
  await expect.poll(() => fetched.at(-1)).toEqual([3, 20])
  await following.stop()
})
