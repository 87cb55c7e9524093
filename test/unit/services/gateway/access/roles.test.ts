import { expect, test } from 'vitest'
import type { Caller } from '../../../../../services/gateway/access/caller.ts'
import { readRoles, withRoles } from '../../../../../services/gateway/access/roles.ts'

const roles = readRoles(
  JSON.stringify({
    roles: {
      support: { scopes: ['orders:any'], members: ['user:alice', 'group:support'] },
      operator: { scopes: ['operations:read', 'gateway:admin'], members: ['user:alice', 'signed:acme'] },
    },
  }),
)
const caller = (kind: Caller['kind'], id: string, groups?: string[]): Caller => ({
  kind,
  id,
  scopes: new Set(['orders:own']),
  ...(groups && { groups }),
})

test.each<[string, Caller, string[]]>([
  ['two roles', caller('user', 'alice'), ['orders:own', 'orders:any', 'operations:read', 'gateway:admin']],
  ['a role by its group', caller('user', 'bob', ['other', 'support']), ['orders:own', 'orders:any']],
  ['the role of a partner', caller('signed', 'acme'), ['orders:own', 'operations:read', 'gateway:admin']],
  ['no role, though another kind of caller of this name has one', caller('custom', 'acme'), ['orders:own']],
  ['no role by a name that looks like a group', caller('user', 'group:support'), ['orders:own']],
  ['no role', caller('user', 'carol', []), ['orders:own']],
])('a caller with %s', (_what, given, expected) => {
  expect([...withRoles(given, roles).scopes]).toEqual(expected)
  expect(withRoles(given, roles)).toMatchObject({ kind: given.kind, id: given.id })
})

test.each([
  ['{', 'it is not valid JSON'],
  ['{}', '/'],
  ['{"roles":{"a":{"scopes":["everything"],"members":[]}}}', '/roles/a/scopes/0'],
  ['{"roles":{"a":{"scopes":["orders:any"],"members":["alice"]}}}', '/roles/a/members/0'],
  ['{"roles":{"a":{"scopes":["orders:any"],"members":["anonymous:anonymous"]}}}', '/roles/a/members/0'],
  ['{"roles":{"A":{"scopes":["orders:any"],"members":[]}}}', '/roles'],
])('roles %s are refused', (text, complaint) => {
  expect(() => readRoles(text)).toThrow(complaint)
})
