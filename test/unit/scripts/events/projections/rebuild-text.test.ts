import { expect, test } from 'vitest'
import { rebuildText } from '../../../../../scripts/events/commands/rebuild.ts'
import { progressBar } from '../../../../../scripts/events/projections/progress-bar.ts'

test('progress tells how far, how fast, how long', () => {
  expect(progressBar(1000, 4000, 2)).toBe('[######..................]  25 %  1,000 of 4,000, 500/s, 6 s left')
  expect(progressBar(0, 0, 0)).toBe('[........................]   0 %  0 of 0, 0/s')
  expect(progressBar(10, 10, 1)).toContain('100 %')
})

const report = {
  rows: { old: 100_000, new: 100_000 },
  hash: { old: 'abc', new: 'abc' },
  differing: 0,
  differences: [],
  events: 600_000,
  buildMs: 20_000,
  holdMs: 1040,
}
const rebuild = {
  id: 7,
  projection: 'order-list',
  state: 'live',
  begunAt: '2026-01-01T00:00:00.000Z',
  progress: { done: 5, of: 5 },
} as const

test('a rebuild that found nothing says so in five lines', () => {
  expect(rebuildText(rebuild, report)).toBe(`order-list: generation 7 is in use
  rows          100,000
  sha-256       abc, as before
  differences   none
  folded        600,000 events in 20.0 s, 30,000/s
  writers held  1.04 s, to compare; readers never
`)
})

test('differences are shown row by row, column by column', () => {
  const differences = [
    { key: 'a', old: { status: 'paid', total: 5 }, new: { status: 'shipped', total: 5 } },
    { key: 'b', new: { status: 'placed' } },
    { key: 'c', old: { status: 'placed' } },
  ]
  const text = rebuildText(rebuild, { ...report, hash: { old: 'xyz', new: 'abc' }, rows: { old: 99, new: 98 }, differing: 3, differences })
  expect(text).toContain('98 (were 99)')
  expect(text).toContain('before: xyz')
  expect(text).toContain('3 rows')
  expect(text).toContain('  a: status "paid" → "shipped"\n  b: was missing\n  c: was there without reason\n')
})
