import { expect, test } from 'vitest'
import { protoDuration } from '../../../../mesh/envoy/duration.ts'

test.each([
  ['0s', '0s'],
  ['2s', '2s'],
  ['800ms', '0.8s'],
  ['1ms', '0.001s'],
  ['1m30s', '90s'],
  ['1.5h', '5400s'],
])('%s is %s', (duration, expected) => {
  expect(protoDuration(duration)).toBe(expected)
})
