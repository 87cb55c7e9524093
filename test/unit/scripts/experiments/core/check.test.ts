import { expect, test } from 'vitest'
import { allHold, broken, equals, within } from '../../../../../scripts/experiments/core/check.ts'

test('equality is that of JSON', () => {
  expect(equals('list', [8, 8], [8, 8]).holds).toBe(true)
  expect(equals('list', [8, 8], [8, 7]).holds).toBe(false)
  expect(equals('nothing', {}, {}).holds).toBe(true)
})

test('a range includes its ends, and what was never observed is in none', () => {
  expect(within('both', { min: 1, max: 2 }, 1).holds).toBe(true)
  expect(within('both', { min: 1, max: 2 }, 2).holds).toBe(true)
  expect(within('above', { min: 1, max: 2 }, 2.1).holds).toBe(false)
  expect(within('open', { min: 1 }, 1e9).holds).toBe(true)
  expect(within('never', {}, undefined)).toMatchObject({ observed: 'never', holds: false })
})

test('nothing checked is nothing proven', () => {
  expect(allHold([])).toBe(false)
  expect(allHold([equals('one', 1, 1)])).toBe(true)
  expect(allHold([equals('one', 1, 1), broken('two', new Error('gone'))])).toBe(false)
})
