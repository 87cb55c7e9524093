import { setTimeout } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { batcher } from '../../../../../../../services/shared/runtime/projections/fold/batcher.ts'

vi.mock('node:timers/promises', () => import('../../../../../timer-promises.ts'))
afterEach(() => void vi.useRealTimers())

test('what comes together or during a run shares a run; runs keep their distance', async () => {
  vi.useFakeTimers()
  const runs: { items: readonly number[]; at: number }[] = []
  const submit = batcher<number>(
    async (items) => {
      runs.push({ items, at: performance.now() })
      await setTimeout(5)
    },
    { everyMs: 50 },
  )
  const first = [1, 2, 3].map(submit)
  await vi.advanceTimersByTimeAsync(5)
  await Promise.all(first)
  const second = [...[4, 5].map(submit), setTimeout(10).then(() => submit(6))]
  await vi.advanceTimersByTimeAsync(60)
  await Promise.all(second)
  expect(runs.map(({ items }) => items)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ])
  expect((runs[1]?.at ?? 0) - (runs[0]?.at ?? 0)).toBe(50)
})

test('after a pause nobody waits', async () => {
  vi.useFakeTimers()
  const submit = batcher<number>(async () => undefined, { everyMs: 500 })
  await vi.advanceTimersByTimeAsync(1_000)
  const done = submit(1).then(() => 'done')
  await vi.advanceTimersByTimeAsync(1)
  await expect(Promise.race([done, 'waits'])).resolves.toBe('done')
})

test('one that cannot work keeps no other from it', async () => {
  const done: number[] = []
  const submit = batcher<number>(
    async (items) => {
      if (items.includes(2)) throw new Error('two')
      done.push(...items)
    },
    { everyMs: 0 },
  )
  const results = await Promise.allSettled([1, 2, 3].map(submit))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(done).toEqual([1, 3])
})

test('what concerns all is told to all at once', async () => {
  let runs = 0
  const run = async (): Promise<void> => {
    runs += 1
    throw new Error('nobody is there')
  }
  const submit = batcher<number>(run, { everyMs: 0, concernsAll: () => true })
  const results = await Promise.allSettled([1, 2, 3].map(submit))
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(runs).toBe(1)
})

test('without items there are no runs', async () => {
  const run = vi.fn(async () => undefined)
  const submit = batcher<number>(run, { everyMs: 0 })
  await submit(1)
  await setTimeout(20)
  expect(run).toHaveBeenCalledTimes(1)
})
