import { expect, test, vi } from 'vitest'
import { compare, perSecond } from '../../../../../scripts/bench/events/rate.ts'

const signal = new AbortController().signal

test('both are measured in each round, turn about; the first round warms up and is not counted', async () => {
  const calls: string[] = []
  const rates = { one: [1000, 20, 40, 60], other: [1, 10, 10, 10] }
  const measure = (name: 'one' | 'other') => async (round: number) => {
    calls.push(`${name} ${round}`)
    return rates[name][round] ?? 0
  }
  expect(await compare({ rounds: 3, signal }, measure('one'), measure('other'))).toEqual({
    one: 40,
    other: 10,
    ratio: { median: 4, min: 2, max: 6 },
  })
  expect(calls).toEqual(['one 0', 'other 0', 'other 1', 'one 1', 'one 2', 'other 2', 'other 3', 'one 3'])
})

test('who interrupts it does not wait for all rounds', async () => {
  const never = async () => Promise.reject(new Error('measured'))
  await expect(compare({ rounds: 3, signal: AbortSignal.abort(new Error('interrupted')) }, never, never)).rejects.toThrow('interrupted')
})

test('a rate is what was done in the time that it took', async () => {
  vi.useFakeTimers()
  try {
    await expect(perSecond(10, async () => void vi.advanceTimersByTime(50))).resolves.toBe(200)
  } finally {
    vi.useRealTimers()
  }
})
