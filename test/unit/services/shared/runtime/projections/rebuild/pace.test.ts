import { expect, test } from 'vitest'
import { leaveHalf, nextPortion } from '../../../../../../../services/shared/runtime/projections/rebuild/pace.ts'

test.each([
  ['as many again when it took as long as it should', 200, 50, 200],
  ['half as many when it took twice as long', 200, 100, 100],
  ['more when it was quicker', 200, 25, 400],
  ['never more than 500', 400, 1, 500],
  ['never fewer than 50, however slow the machine is', 60, 5_000, 50],
])('a transaction takes %s', (_, records, tookMs, next) => expect(nextPortion(records, tookMs)).toBe(next))

test('readers are left as much time as the transaction took, unless it is stopped', async () => {
  const begun = performance.now()
  await leaveHalf(80, new AbortController().signal)
  expect(performance.now() - begun).toBeGreaterThan(78)
  const stopping = new AbortController()
  const resting = leaveHalf(60_000, stopping.signal)
  stopping.abort(new Error('the service stops'))
  await expect(resting).rejects.toThrow('the service stops')
})
