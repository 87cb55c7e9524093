import { expect, test } from 'vitest'
import { trafficOf } from '../../../../../scripts/experiments/core/sent-request.ts'

test('in time and below 400 is right; refusals are counted apart; late ones, errors and those that nobody answered have failed', () => {
  const at = 1_000
  const { bins, ...sender } = trafficOf(
    [
      { at, ms: 5, status: 200, overloaded: false },
      { at, ms: 200, status: 200, overloaded: false },
      { at, ms: 1, status: 503, overloaded: true },
      { at, ms: 6, status: 504, overloaded: false },
      { at, ms: 7, overloaded: false },
    ],
    { startedAt: 1_000, caller: 'probe-0', deadlineMs: 100 },
  )
  expect(sender).toEqual({ caller: 'probe-0', binMs: 250, deadlineMs: 100 })
  expect(bins).toEqual([{ atMs: 0, sent: 5, ok: 1, refused: 1, failed: 3, p50Ms: 6, p99Ms: 200 }])
})
