import { expect, test } from 'vitest'
import { domainFault, labelsFault, subsetNameFault } from '../../../../mesh/envoy/names.ts'

const letters = (count: number): string => 'a'.repeat(count)
/** 255 characters: the longest domain. */
const longestDomain = [letters(63), letters(63), letters(63), letters(63)].join('.')

test.each([
  'a',
  'callee',
  'Callee-2',
  'callee.shop.svc.cluster.local',
  '*',
  '*.example',
  '*-a.example',
  'istio.io.',
  '9.example',
  longestDomain,
])('%s is a host', (host) => {
  expect(domainFault(host)).toBeUndefined()
})

test.each([
  ['', 'must not be empty'],
  [`${longestDomain}a`, 'must not be longer than 255 characters'],
  ['-a.example', 'must be a domain name: the label "-a" is invalid'],
  ['a-.example', 'must be a domain name: the label "a-" is invalid'],
  ['a b', 'must be a domain name: the label "a b" is invalid'],
  ['**.example', 'must be a domain name: the label "**" is invalid'],
  ['.example', 'must be a domain name: the label "" is invalid'],
  ['a.*.example', 'must be a domain name: the label "*" is invalid'],
  ['a..example', 'must be a domain name: the label "" is invalid'],
  ['a.b..', 'must be a domain name: the label "" is invalid'],
  [`a.${letters(64)}`, `must be a domain name: the label "${letters(64)}" is invalid`],
  [letters(64), `must be a domain name: the label "${letters(64)}" is invalid`],
  ['10.0.0.1', 'must be a domain name: the top level domain "1" is all numeric'],
  ['a.+42', 'must be a domain name: the top level domain "+42" is all numeric'],
])('%s is none: %s', (host, fault) => {
  expect(domainFault(host)).toBe(fault)
})

test('a top level domain may begin or end with a digit', () => {
  expect(domainFault('a.1b')).toBeUndefined()
  expect(domainFault('a.b1')).toBeUndefined()
})

test('a subset is named with at most 63 letters, digits and dashes', () => {
  for (const name of ['v1', 'a-b', letters(63)]) expect(subsetNameFault(name), name).toBeUndefined()
  for (const name of ['', 'a.b', '-a', letters(64)])
    expect(subsetNameFault(name), name).toBe('must be a DNS label: at most 63 letters, digits and dashes')
})

test('labels are written as Kubernetes has them: a key may have a domain before it, a value may be empty', () => {
  expect(labelsFault({ app: 'callee', 'a_b.c-d': 'A_1.x-y', 'app.kubernetes.io/name': '', x: 'b' })).toBeUndefined()
  for (const key of ['', '-a', 'a-', '/name', 'a/', 'a/b/c', 'a_b/c', 'a b'])
    expect(labelsFault({ app: 'a', [key]: 'a' })).toBe(`has the label key "${key}", which is invalid`)
  for (const value of ['-a', 'a-', 'a b', 'a/b'])
    expect(labelsFault({ app: value })).toBe(`has the label value "${value}", which is invalid`)
})
