import { expect, test } from 'vitest'
import { allHold, broken, doubted, equals, none, unproven, within } from '../../../../scripts/checks/check.ts'

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

test('of things that must not be, five are named and all are counted', () => {
  expect(none('lost', [], 8)).toEqual({ what: 'lost', expected: '0 of 8', observed: '0 of 8', holds: true })
  expect(none('lost', ['a', 'b', 'c', 'd', 'e', 'f'], 8)).toEqual({
    what: 'lost',
    expected: '0 of 8',
    observed: '6 of 8: a; b; c; d; e',
    holds: false,
  })
})

test('a run that broke disproves nothing: the error is its doubt', () => {
  expect(broken('looked', new Error('gone'))).toEqual({ what: 'looked', expected: 'no error', observed: 'gone', holds: false })
  expect(unproven('looked', 'gone')).toEqual({ ...broken('looked', 'gone'), doubt: 'looked: gone' })
})

test('the first doubt stays; without one nothing changes', () => {
  const checks = [equals('a', 1, 2), unproven('b', 'slow')]
  expect(doubted(undefined, checks)).toEqual(checks)
  expect(doubted('others were here', checks).map(({ doubt }) => doubt)).toEqual(['others were here', 'b: slow'])
})
