import { expect, test, vi } from 'vitest'
import type { RunMessage } from '../../../../../scripts/console/experiments/run-state.ts'
import { runs } from '../../../../../scripts/console/experiments/runs.ts'

function console() {
  const started: { name: string; tell: (message: RunMessage) => void; end: () => void; abort: () => void }[] = []
  const list = async () => ['ads-pool', 'ads-ejection'].map((name) => ({ name, hypothesis: `${name} holds` }))
  const all = runs(
    list,
    (name, tell) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const abort = vi.fn()
      started.push({ name, tell, end: resolve, abort })
      return { abort, ended: promise }
    },
    () => 7,
  )
  const now = async () => (await all.watch(new AbortController().signal).next()).value
  return { all, started, now }
}

test('one at a time; the next when its process is gone', async () => {
  const { all, started, now } = console()
  expect(await now()).toBeUndefined()
  await all.start('ads-pool')
  expect(await now()).toMatchObject({ name: 'ads-pool', hypothesis: 'ads-pool holds', startedAt: 7, isAborting: false })
  await expect(all.start('ads-ejection')).rejects.toThrow('ads-pool still runs')
  started[0]?.tell({ kind: 'ended', name: 'ads-pool', verdict: 'pass', durationMs: 3, remains: [] })
  await expect(all.start('ads-ejection')).rejects.toThrow('ads-pool still runs')
  started[0]?.end()
  await vi.waitFor(() => all.start('ads-ejection'))
  expect(started.map(({ name }) => name)).toEqual(['ads-pool', 'ads-ejection'])
})
test('one that there is not is not started', async () => {
  const { all, started } = console()
  await expect(all.start('--help')).rejects.toThrow('there is no experiment --help')
  expect(started).toEqual([])
})
test('a process that ends without a verdict is said to', async () => {
  const { all, started, now } = console()
  await all.start('ads-pool')
  started[0]?.end()
  await vi.waitFor(async () =>
    expect(await now()).toMatchObject({ ended: { verdict: 'error', reason: 'its process has ended before its time' } }),
  )
})
test('what ends the console ends the run, and waits until all is put back', async () => {
  const { all, started, now } = console()
  await all.close()
  await all.start('ads-pool')
  const closed = vi.fn()
  const closing = all.close().then(closed)
  expect(started[0]?.abort).toHaveBeenCalledTimes(1)
  expect(await now()).toMatchObject({ isAborting: true })
  expect(closed).not.toHaveBeenCalled()
  started[0]?.end()
  await closing
})
