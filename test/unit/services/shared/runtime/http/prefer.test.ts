import { expect, test } from 'vitest'
import { longestWait, preferredWait } from '../../../../../../services/shared/runtime/http/prefer.ts'

test.each([
  ['wait=5', 5],
  ['Wait="5"', 5],
  ['respond-async, wait=3; foo="bar"', 3],
  [' wait = 2 ', 2],
  ['wait=0', 0],
  ['wait=1, wait=7', 1],
  ['wait=86400', longestWait],
])('%s is a wish to wait', (header, seconds) => {
  expect(preferredWait(header)).toBe(seconds)
})

test.each([
  undefined,
  '',
  'wait',
  'wait=',
  'wait=-1',
  'wait=1.5',
  'wait=soon',
  'await=5',
  ',,;=',
  'wait=5s',
  'return=minimal',
  'wait=99999999999',
])('%j is none', (header) => {
  expect(preferredWait(header)).toBeUndefined()
})
