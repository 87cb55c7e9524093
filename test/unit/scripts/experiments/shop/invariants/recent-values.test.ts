import { expect, test } from 'vitest'
import { recentValues } from '../../../../../../scripts/experiments/shop/invariants/recent-values.ts'

test('what a value has been since the mark: as it was then, and every change', () => {
  const values = recentValues<number>()
  expect([values.get('a'), values.since('a'), values.keys]).toEqual([undefined, [], []])
  values.set('a', 1)
  values.set('a', 2)
  values.set('b', 7)
  expect([values.get('a'), values.since('a')]).toEqual([2, [1, 2]])
  values.mark()
  values.set('a', 3)
  values.set('c', 9)
  expect(['a', 'b', 'c'].map(values.since)).toEqual([[2, 3], [7], [9]])
  expect(values.keys).toEqual(['a', 'b', 'c'])
})
