import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allows, type Statement } from '../../../../../../services/gateway/authorizers/custom/policy.ts'

const arn = 'arn:aws:execute-api:local:000000000000:breakwater/prod/GET/v1/orders/ord_1'
const statement = (Effect: 'Allow' | 'Deny', Resource: string | string[], Action: string | string[] = 'execute-api:Invoke'): Statement => ({
  Effect,
  Action,
  Resource,
})

test.each<[string, Statement[], boolean]>([
  ['nothing', [], false],
  ['everything', [statement('Allow', '*')], true],
  ['this', [statement('Allow', arn)], true],
  ['another', [statement('Allow', arn.replace('GET', 'POST'))], false],
  ['any method below a path', [statement('Allow', 'arn:aws:execute-api:*:*:*/prod/*/v1/orders/*')], true],
  ['another stage', [statement('Allow', 'arn:aws:execute-api:*:*:*/canary/*')], false],
  ['a star that goes over slashes', [statement('Allow', 'arn*ord_1')], true],
  ['a question mark', [statement('Allow', arn.replace('ord_1', 'ord_?'))], true],
  ['a question mark more', [statement('Allow', `${arn}?`)], false],
  ['one of several', [statement('Allow', ['x', arn])], true],
  ['every action', [statement('Allow', '*', '*')], true],
  ['every action of the API', [statement('Allow', '*', 'execute-api:*')], true],
  ['an action in another case', [statement('Allow', '*', 'Execute-API:invoke')], true],
  ['another action', [statement('Allow', '*', 's3:*')], false],
  ['a path in another case', [statement('Allow', arn.toUpperCase())], false],
  ['a denial before', [statement('Deny', arn), statement('Allow', '*')], false],
  ['a denial behind', [statement('Allow', '*'), statement('Deny', '*/GET/*')], false],
  ['a denial of something else', [statement('Allow', '*'), statement('Deny', '*/POST/*')], true],
])('a policy with %s', (_what, statements, expected) => {
  expect(allows(statements, arn)).toBe(expected)
})

test('patterns are those of a regular expression', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab/*?'), maxLength: 8 })
  fc.assert(
    fc.property(text, text, (pattern, given) => {
      const source = [...pattern].map((char) => ({ '*': '.*', '?': '.' })[char] ?? char).join('')
      expect(allows([statement('Allow', pattern)], given)).toBe(new RegExp(`^${source}$`, 's').test(given))
    }),
  )
})

test('a pattern of many stars takes no time', () => {
  const begun = performance.now()
  expect(allows([statement('Allow', `${'*a'.repeat(500)}b`)], 'a'.repeat(5000))).toBe(false)
  expect(performance.now() - begun).toBeLessThan(2000)
})
