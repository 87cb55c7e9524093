import { setTimeout } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { gather } from '../../../../../../services/shared/runtime/projection/gather.ts'

test('what comes together or during a run shares a run; runs keep their distance', async () => {
  const runs: { items: readonly number[]; at: number }[] = []
  const submit = gather<number>(
    async (items) => {
      runs.push({ items, at: performance.now() })
      await setTimeout(5)
    },
    { everyMs: 50 },
  )
  const first = [1, 2, 3].map(submit)
  await first[0]
  await Promise.all([...first, ...[4, 5].map(submit), setTimeout(10).then(() => submit(6))])
  expect(runs.map(({ items }) => items)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ])
  // Node counts timers from when its loop last turned, so one may come early by this clock. Without the distance it would be 5 ms.
  expect((runs[1]?.at ?? 0) - (runs[0]?.at ?? 0)).toBeGreaterThan(25)
})

test('after a pause nobody waits', async () => {
  const submit = gather<number>(async () => undefined, { everyMs: 500 })
  const began = performance.now()
  await submit(1)
  expect(performance.now() - began).toBeLessThan(250)
})

test('one that cannot work keeps no other from it', async () => {
  const done: number[] = []
  const submit = gather<number>(
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
  const submit = gather<number>(run, { everyMs: 0, concernsAll: () => true })
  const results = await Promise.allSettled([1, 2, 3].map(submit))
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(runs).toBe(1)
})
