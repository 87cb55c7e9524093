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
