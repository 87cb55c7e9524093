import { expect, test, vi } from 'vitest'
import { poll } from '../../../../scripts/checks/poll.ts'

/** 1, 2, 3 … */
const counting = () => {
  let asked = 0
  return vi.fn(async () => {
    asked += 1
    return asked
  })
}

test('it is asked again until the answer is accepted, and no longer', async () => {
  const ask = counting()
  expect(await poll(ask, (answer) => answer === 3, { timeoutMs: 60_000, everyMs: 1 })).toBe(3)
  expect(ask).toHaveBeenCalledTimes(3)
})

test('at the deadline the last answer is what there is', async () => {
  const ask = counting()
  expect(await poll(ask, () => false, { timeoutMs: 0, everyMs: 1 })).toBe(1)
  expect(await poll(ask, () => false, { timeoutMs: 30, everyMs: 10 })).toBeGreaterThan(1)
  // There would be no time for another answer after the wait.
  expect(await poll(counting(), () => false, { timeoutMs: 60_000, everyMs: 120_000 })).toBe(1)
})

test('who gives up is not asked again, and waits for nothing', async () => {
  const interrupted = new AbortController()
  const ask = counting()
  const polled = poll(ask, () => false, { timeoutMs: 600_000, everyMs: 300_000, signal: interrupted.signal })
  await vi.waitFor(() => expect(ask).toHaveBeenCalledOnce())
  interrupted.abort(new Error('Ctrl-C'))
  await expect(polled).rejects.toThrow()
  const again = counting()
  await expect(poll(again, () => true, { timeoutMs: 1, everyMs: 1, signal: interrupted.signal })).rejects.toThrow('Ctrl-C')
  expect(again).not.toHaveBeenCalled()
})
