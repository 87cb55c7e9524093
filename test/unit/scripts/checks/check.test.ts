import { expect, test } from 'vitest'
import { allPassed, broken, doubted, equals, none, unproven, within } from '../../../../scripts/checks/check.ts'

test('equality is that of JSON', () => {
  expect(equals('list', [8, 8], [8, 8]).passed).toBe(true)
  expect(equals('list', [8, 8], [8, 7]).passed).toBe(false)
  expect(equals('nothing', {}, {}).passed).toBe(true)
})

test('a range includes its ends, and what was never observed is in none', () => {
  expect(within('both', { min: 1, max: 2 }, 1).passed).toBe(true)
  expect(within('both', { min: 1, max: 2 }, 2).passed).toBe(true)
  expect(within('above', { min: 1, max: 2 }, 2.1).passed).toBe(false)
  expect(within('open', { min: 1 }, 1e9).passed).toBe(true)
  expect(within('never', {}, undefined)).toMatchObject({ actual: 'never', passed: false })
})

test('nothing checked is nothing proven', () => {
  expect(allPassed([])).toBe(false)
  expect(allPassed([equals('one', 1, 1)])).toBe(true)
  expect(allPassed([equals('one', 1, 1), broken('two', new Error('gone'))])).toBe(false)
})

test('of things that must not be, five are named and all are counted', () => {
  expect(none('lost', [], 8)).toEqual({ name: 'lost', expected: '0 of 8', actual: '0 of 8', passed: true })
  expect(none('lost', ['a', 'b', 'c', 'd', 'e', 'f'], 8)).toEqual({
    name: 'lost',
    expected: '0 of 8',
    actual: '6 of 8: a; b; c; d; e',
    passed: false,
  })
})

test('a run that broke disproves nothing: the error is its doubt', () => {
  expect(broken('looked', new Error('gone'))).toEqual({ name: 'looked', expected: 'no error', actual: 'gone', passed: false })
  expect(unproven('looked', 'gone')).toEqual({ ...broken('looked', 'gone'), doubt: 'looked: gone' })
})

test('the first doubt stays; without one nothing changes', () => {
  const checks = [equals('a', 1, 2), unproven('b', 'slow')]
  expect(doubted(undefined, checks)).toEqual(checks)
  expect(doubted('others were here', checks).map(({ doubt }) => doubt)).toEqual(['others were here', 'b: slow'])
})
