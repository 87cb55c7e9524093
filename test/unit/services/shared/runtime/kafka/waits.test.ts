import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { backOff, isLogged } from '../../../../../../services/shared/runtime/kafka/back-off.ts'
import { withTimeout } from '../../../../../../services/shared/runtime/kafka/with-timeout.ts'

const waits = vi.hoisted(() => vi.fn<(ms: number, value: unknown, options: { signal?: AbortSignal }) => Promise<void>>())
vi.mock('node:timers/promises', () => ({ setTimeout: waits }))
beforeEach(() => void waits.mockResolvedValue(undefined))
afterEach(() => void waits.mockReset())

test('each attempt waits twice as long as the one before, two seconds at most', async () => {
  for (const failures of [1, 2, 3, 6, 7, 40]) await backOff(failures)
  expect(waits.mock.calls.map(([ms]) => ms)).toEqual([50, 100, 200, 1600, 2000, 2000])
})

test('whoever stops waits no longer', async () => {
  const { signal } = new AbortController()
  waits.mockRejectedValue(new Error('aborted'))
  await backOff(1, signal)
  expect(waits.mock.lastCall?.[2]).toEqual({ signal })
})

test('what ends in time is not waited for any longer, what does not is left behind', async () => {
  const never = new Promise<void>(() => undefined)
  waits.mockReturnValue(never)
  await withTimeout(Promise.resolve(), 500)
  const [ms, , options] = waits.mock.lastCall ?? []
  expect(ms).toBe(500)
  expect(options?.signal?.aborted).toBe(true)
  waits.mockResolvedValue(undefined)
  await withTimeout(never, 500)
  await expect(withTimeout(Promise.reject(new Error('ended badly')), 500)).rejects.toThrow('ended badly')
})

test('what fails again and again is told of at first, then every thirtieth time', () => {
  expect(Array.from({ length: 61 }, (_, failures) => failures).filter((failures) => failures > 0 && isLogged(failures))).toEqual([
    1, 30, 60,
  ])
})
