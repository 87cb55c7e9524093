import { expect, test } from 'vitest'
import { regexFault } from '../../../../mesh/envoy/regex-rules.ts'

test.each([
  '.*',
  '/a(b|c)+',
  '(?i)a',
  'a'.repeat(1024),
  'é'.repeat(512),
  '\\x{e9}',
  '\\x{00E9}',
  '\\x{0}',
  '\\xff',
  '\\\\x{4e00',
  '(a{1000})'.repeat(4),
])('%s is taken', (regex) => {
  expect(regexFault(regex)).toBeUndefined()
})

test.each([
  ['', 'must not be an empty regex'],
  ['a'.repeat(1025), 'must not be a regex longer than 1024 bytes'],
  [`${'é'.repeat(512)}a`, 'must not be a regex longer than 1024 bytes'],
  ['a\\x{100}', 'has \\x{100}: Envoy matches bytes, and none is above \\x{ff}'],
  ['[\\x{4E00}-\\x{9FFF}]', 'has \\x{4E00}: Envoy matches bytes, and none is above \\x{ff}'],
  ['\\d\\x{1f600}', 'has \\x{1f600}: Envoy matches bytes, and none is above \\x{ff}'],
  ['(a{1000})'.repeat(5), 'is a regex whose program is too large for Envoy: repeat less'],
])('%s is refused: it %s', (regex, fault) => {
  expect(regexFault(regex)).toBe(fault)
})

test('what RE2 does not know is refused with its own words', () => {
  expect(regexFault('(?=a)')).toMatch(
    /^must be an RE2 regex \(https:\S+\): error parsing regexp: invalid or unsupported Perl syntax: `\(\?=`$/,
  )
  expect(regexFault('a(')).toMatch(/: error parsing regexp: missing closing \): `a\(`$/)
})
