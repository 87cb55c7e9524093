import { expect, test } from 'vitest'
import { faults } from '../../../../../scripts/events/audit/examiner.ts'

test('no fault holds; five are told, more are counted', () => {
  const found = faults('losses')
  expect(found.check()).toEqual({ name: 'losses', expected: 0, actual: 0, passed: true })
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  for (const name of names.slice(0, 5)) found.add(name)
  expect(found.check()).toEqual({ name: 'losses', expected: 0, actual: '5: a; b; c; d; e', passed: false })
  for (const name of names.slice(5)) found.add(name)
  expect(found.check().actual).toBe('7: a; b; c; d; e; and 2 more')
})
