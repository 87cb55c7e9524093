import { expect, test } from 'vitest'
import { durationFault, parseDuration, protoDuration } from '../../../../mesh/envoy/duration.ts'

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

test.each([
  ['0', 0n],
  ['+0', 0n],
  ['-0', 0n],
  ['1ns', 1n],
  ['1us', 1_000n],
  ['1µs', 1_000n],
  ['1μs', 1_000n],
  ['1ms', 1_000_000n],
  ['1s', 1_000_000_000n],
  ['1m', 60_000_000_000n],
  ['1h', 3_600_000_000_000n],
  ['+1s', 1_000_000_000n],
  ['-1s', -1_000_000_000n],
  ['1.25s', 1_250_000_000n],
  ['.5s', 500_000_000n],
  ['1.s', 1_000_000_000n],
  ['12h34m56.789s', 45_296_789_000_000n],
])('%s has as many nanoseconds as in Go', (duration, nanoseconds) => {
  expect(parseDuration(duration)).toBe(nanoseconds)
})

test.each(['', '1', '00', '10', 's', '.s', '1 s', ' 1s', '1s ', '1d', '1s30', '--1s', 'x1s', '1..5s'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined()
  expect(durationFault(text)).toBe('must be a duration such as 1h, 1m, 1s or 1ms')
})

test('Istio takes whole milliseconds from one on, and Envoy what 63 bits of nanoseconds hold', () => {
  for (const text of ['1ms', '1000us', '2s', '9223372035s']) expect(durationFault(text), text).toBeUndefined()
  for (const text of ['0s', '999999ns', '-1s']) expect(durationFault(text)).toBe('must be a duration of at least 1ms')
  for (const text of ['1500us', '1.0005s']) expect(durationFault(text)).toBe('must be a duration of whole milliseconds')
  expect(durationFault('9223372035001ms')).toBe('must be a duration of at most 9223372035s, the longest that Envoy takes')
})
