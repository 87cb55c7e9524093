import { expect, test, vi } from 'vitest'
import type { FollowOptions, RecordBatch } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import type { Position } from '../../../../../../../services/shared/runtime/kafka/reading/fetch-records.ts'
import { follow } from '../../../../../../../services/shared/runtime/kafka/reading/follow.ts'
import type { PartitionSource } from '../../../../../../../services/shared/runtime/kafka/reading/partition-source.ts'

/** Nobody waits here: attempts are counted. */
vi.mock('../../../../../../../services/shared/runtime/kafka/back-off.ts', () => ({ backOff: vi.fn(async () => undefined) }))

const batch = (partition: number, from: number, records: number): RecordBatch =>
  ({
    topic: 't',
    partition,
    records: Array.from({ length: records }, (_, at) => ({ offset: from + at })),
    nextOffset: from + records,
  }) as unknown as RecordBatch

/** Two partitions with ends 3 and 0, each led by a broker of its own name. Answers to fetches are given by hand; then nothing comes. */
function followed(options: Partial<FollowOptions> = {}) {
  const fetched: { readonly leader: number; readonly positions: readonly Position[] }[] = []
  const answers = new Map<number, (RecordBatch[] | Error)[]>()
  const source = {
    partitions: vi.fn(async () => [0, 1].map((partition) => ({ topic: 't', partition }))),
    offsets: vi.fn(async (partitions: readonly { topic: string; partition: number }[], edge: string) =>
      partitions.map((one) => ({ ...one, offset: edge === 'end' && one.partition === 0 ? 3 : 0 })),
    ),
    byLeader: async (positions: readonly Position[]) => Map.groupBy(positions, ({ partition }) => partition),
    fetch: async (leader: number, positions: readonly Position[]) => {
      fetched.push({ leader, positions })
      const answer = answers.get(leader)?.shift()
      if (answer instanceof Error) throw answer
      await new Promise((done) => setTimeout(done, 1))
      return answer ?? []
    },
    refresh: vi.fn(async () => undefined),
    close: vi.fn(async () => undefined),
  }
  const logger = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  const onBatch = vi.fn<FollowOptions['onBatch']>()
  const begin = (...given: readonly [leader: number, answers: (RecordBatch[] | Error)[]][]) => {
    for (const [leader, all] of given) answers.set(leader, all)
    return follow(source as unknown as PartitionSource, { topics: ['t'], from: 'beginning', onBatch, ...options }, logger)
  }
  return { begin, fetched, source, logger, onBatch }
}
const isDone = async (promise: Promise<void>) =>
  Promise.race([promise.then(() => true), new Promise((done) => setTimeout(done, 20, false))])

test('from the beginning, all that lay there when it began is caught up with', async () => {
  const { begin, fetched, onBatch, source } = followed()
  const rest = Promise.withResolvers<void>()
  onBatch.mockImplementation(({ nextOffset }) => (nextOffset === 3 ? rest.promise : undefined))
  const following = begin([0, [[batch(0, 0, 2)], [batch(0, 2, 1)]]])
  await following.started
  await vi.waitFor(() => expect(onBatch).toHaveBeenCalledTimes(2))
  expect(await isDone(following.caughtUp), 'the last record is still being handled').toBe(false)
  rest.resolve()
  await following.caughtUp
  expect(source.offsets.mock.calls.map(([, edge]) => edge)).toEqual(['end', 'beginning'])
  await vi.waitFor(() => expect(fetched.filter(({ leader }) => leader === 0).length).toBeGreaterThan(2))
  expect(
    fetched
      .filter(({ leader }) => leader === 0)
      .slice(0, 3)
      .map(({ positions }) => positions),
  ).toEqual([0, 2, 3].map((offset) => [{ topic: 't', partition: 0, offset }]))
  await following.stop()
})

test('from the end, there is nothing to catch up with', async () => {
  const { begin, source, fetched } = followed({ from: 'end' })
  const following = begin()
  await following.caughtUp
  expect(source.offsets).toHaveBeenCalledTimes(1)
  await vi.waitFor(() => expect(fetched.length).toBeGreaterThan(1))
  expect(fetched[0]?.positions).toEqual([{ topic: 't', partition: 0, offset: 3 }])
  await following.stop()
})

test('from where each partition says', async () => {
  const { begin, fetched } = followed({ from: async ({ partition }) => 2 - partition })
  const following = begin()
  await vi.waitFor(() => expect(fetched.length).toBeGreaterThan(1))
  expect(fetched.slice(0, 2).flatMap(({ positions }) => positions.map(({ offset }) => offset))).toEqual([2, 1])
  expect(await isDone(following.caughtUp)).toBe(false)
  await following.stop()
})

test('a batch of nothing but marks of transactions is passed, not handed over', async () => {
  const { begin, onBatch } = followed()
  const following = begin([0, [[batch(0, 3, 0)]]])
  await following.caughtUp
  expect(onBatch).not.toHaveBeenCalled()
  await following.stop()
})

test('when a broker fails, all ask for their leaders anew, and go on from where they were', async () => {
  const { begin, fetched, source, logger, onBatch } = followed()
  const following = begin([0, [[batch(0, 0, 2)], new Error('gone'), new Error('still gone'), [batch(0, 2, 1)]]])
  await following.caughtUp
  expect(source.refresh).toHaveBeenCalledTimes(2)
  expect(source.partitions).toHaveBeenCalledTimes(1)
  expect(onBatch.mock.calls.map(([{ nextOffset }]) => nextOffset)).toEqual([2, 3])
  expect(logger.warn.mock.calls.map(([{ err }]) => err.message)).toEqual(['gone', 'still gone'])
  await vi.waitFor(() => expect(fetched.at(-1)?.positions[0]?.offset).toBe(fetched.at(-1)?.leader === 0 ? 3 : 0))
  await following.stop()
})

test('a topic that is not there yet is asked for again, later each time', async () => {
  const { begin, source, logger } = followed()
  source.partitions.mockRejectedValueOnce(new Error('not there')).mockRejectedValueOnce(new Error('still not'))
  const following = begin()
  await following.started
  expect(logger.warn.mock.calls).toEqual([
    [{ err: new Error('not there'), topics: ['t'], failures: 1 }, 'reading of topics was interrupted, trying again'],
    [{ err: new Error('still not'), topics: ['t'], failures: 2 }, 'reading of topics was interrupted, trying again'],
  ])
  await following.stop()
})

test('how long nothing was heard is told in milliseconds, and a stop waits for what is being handled, then hands over nothing', async () => {
  const { begin, onBatch, source, fetched } = followed()
  const handled = Promise.withResolvers<void>()
  onBatch.mockReturnValue(handled.promise)
  const following = begin([0, [[batch(0, 0, 1), batch(0, 1, 1)]]])
  await vi.waitFor(() => expect(onBatch).toHaveBeenCalledTimes(1))
  expect(following.stalenessMs()).toBeGreaterThanOrEqual(0)
  expect(following.stalenessMs()).toBeLessThan(60_000)
  let stopped = false
  const stopping = following.stop().then(() => {
    stopped = true
  })
  await new Promise((done) => setTimeout(done, 20))
  expect(stopped).toBe(false)
  expect(source.close).toHaveBeenCalledTimes(1)
  handled.resolve()
  await stopping
  const asked = fetched.length
  await new Promise((done) => setTimeout(done, 20))
  expect(onBatch).toHaveBeenCalledTimes(1)
  expect(fetched.length).toBeLessThanOrEqual(asked + 1)
})
