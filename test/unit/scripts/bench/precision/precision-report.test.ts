import { expect, test } from 'vitest'
import { linesText } from '../../../../../scripts/bench/line.ts'
import { inconclusiveOf, precisionReport } from '../../../../../scripts/bench/precision-report.ts'

const exact = { verdict: 'exact', reasons: [], difference: 0 } as const
const wrong = { verdict: 'wrong', reasons: ['refused: expected 8, observed 9'], difference: 1 } as const
const slow = { verdict: 'inconclusive', reasons: ['too slow'] } as const
const ejection = [10, 20, 30].map((ms) => ({ ...exact, toEjectionMs: [ms], toReturnMs: [ms + 2_000] }))

test('runs that could not be judged are counted apart, and miss no goal', () => {
  const measured = { busy: 2, pool: [exact, slow], ejection }
  const lines = precisionReport(measured)
  expect(linesText(lines)).toContain('1 exact, 0 wrong, 1 inconclusive')
  expect(lines.every(({ met = true }) => met)).toBe(true)
  expect(inconclusiveOf(measured)).toEqual({ inconclusive: '1 of 5 runs: too slow' })
})

test('one wrong run misses both goals', () => {
  const missed = precisionReport({ busy: 0, pool: [exact, wrong], ejection }).filter(({ met = true }) => !met)
  expect(missed.map(({ measured }) => measured)).toEqual(['1 exact, 1 wrong, 0 inconclusive', '1'])
})

test('times as distributions', () => {
  const lines = precisionReport({ busy: 0, pool: [exact], ejection })
  expect(lines.slice(-2).map(({ measured }) => measured)).toEqual([
    'p50 20 ms, p90 30 ms, max 30 ms',
    'p50 2020 ms, p90 2030 ms, max 2030 ms',
  ])
  expect(inconclusiveOf({ busy: 0, pool: [exact], ejection })).toEqual({})
})
