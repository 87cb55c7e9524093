import { expect, test } from 'vitest'
import { judgeRun } from '../../../../../scripts/bench/precision/judged-run.ts'
import { equals, within } from '../../../../../scripts/checks/check.ts'

const right = equals('refused', [8, 8], [8, 8])
const slow = { ...equals('answered', 2, 1), doubt: 'this machine is too slow to judge' }

test('exact when every check holds', () => {
  expect(judgeRun([right, within('ms', { max: 5 }, 4), equals('declared', true, true)])).toEqual({
    verdict: 'exact',
    reasons: [],
    difference: 0,
  })
})

test.each([
  ['one round of several', [8, 9], 1],
  ['one that was not counted', [8, 'never'], Number.POSITIVE_INFINITY],
])('a count that is off is wrong, whatever is doubtful beside it: %s', (_, actual, difference) => {
  expect(judgeRun([slow, equals('refused', [8, 8], actual)])).toMatchObject({ verdict: 'wrong', difference })
})

test('a doubtful check that does not hold is no count, and says why', () => {
  expect(judgeRun([right, slow])).toEqual({ verdict: 'inconclusive', reasons: ['this machine is too slow to judge'] })
})

test('nothing checked is nothing proven', () => {
  expect(judgeRun([]).verdict).toBe('inconclusive')
})
