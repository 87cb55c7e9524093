import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { shared } from '../../../../../scripts/console/server/shared.ts'

const lingerMs = 20

/** A source that one feeds by hand. */
function fed() {
  const runs: { publish: (message: number) => void; fail: (error: Error) => void; signal: AbortSignal }[] = []
  const source = shared<number>((publish, signal) => {
    const { promise, reject } = Promise.withResolvers<void>()
    runs.push({ publish, fail: reject, signal })
    return promise
  }, lingerMs)
  return { source, runs }
}

test('it runs while somebody watches, once for all', async () => {
  const { source, runs } = fed()
  expect(runs).toHaveLength(0)
  const [first, second] = [new AbortController(), new AbortController()]
  const [one, other] = [source.watch(first.signal), source.watch(second.signal)]
  const seen = [one.next(), other.next()]
  runs[0]?.publish(1)
  expect((await Promise.all(seen)).map(({ value }) => value)).toEqual([1, 1])
  expect(runs).toHaveLength(1)
  await one.return()
  await delay(3 * lingerMs)
  expect(runs[0]?.signal.aborted).toBe(false)
  second.abort()
  expect((await other.next()).done).toBe(true)
  await delay(3 * lingerMs)
  expect(runs[0]?.signal.aborted).toBe(true)
  expect(source.latest()).toBeUndefined()
})

test('who comes back in time finds it running', async () => {
  const { source, runs } = fed()
  const leaving = source.watch(new AbortController().signal)
  const seen = leaving.next()
  runs[0]?.publish(1)
  await seen
  await leaving.return()
  const back = source.watch(new AbortController().signal)
  expect((await back.next()).value).toBe(1)
  await delay(3 * lingerMs)
  expect(runs).toHaveLength(1)
  expect(runs[0]?.signal.aborted).toBe(false)
  await back.return()
})

test('who is slow gets what is newest, and nothing twice', async () => {
  const { source, runs } = fed()
  const watching = source.watch(new AbortController().signal)
  const first = watching.next()
  runs[0]?.publish(1)
  expect((await first).value).toBe(1)
  runs[0]?.publish(2)
  runs[0]?.publish(3)
  expect((await watching.next()).value).toBe(3)
  const later = watching.next()
  runs[0]?.publish(4)
  expect((await later).value).toBe(4)
  await watching.return()
})

test('what it fails with is told, and the next begins anew', async () => {
  const { source, runs } = fed()
  const failing = source.watch(new AbortController().signal).next()
  runs[0]?.fail(new Error('no shop'))
  await expect(failing).rejects.toThrow('no shop')
  const next = source.watch(new AbortController().signal)
  const seen = next.next()
  runs[1]?.publish(7)
  expect((await seen).value).toBe(7)
  await next.return()
})

test('one that fails while nobody waits for its next message tells the next who does', async () => {
  const { source, runs } = fed()
  const watching = source.watch(new AbortController().signal)
  const first = watching.next()
  runs[0]?.publish(1)
  await first
  runs[0]?.fail(new Error('gone'))
  await delay(0)
  await expect(watching.next()).rejects.toThrow('gone')
})
