import { Type } from 'typebox'
import { type Scope, scopes } from '../../shared/contracts/scopes.ts'
import type { Caller } from './caller.ts'
import { jsonReader } from './json-reader.ts'

/** Somebody whom an authorizer knows, or a group that their token says they are in. */
const Member = Type.String({ pattern: '^(user|client|signed|custom|group):\\S{1,200}$' })

/** Who has which role, and what a role may do. */
export const RolesFile = Type.Object(
  {
    roles: Type.Record(
      Type.String({ pattern: '^[a-z][a-z0-9-]{0,62}$' }),
      Type.Object(
        {
          scopes: Type.Array(Type.Enum(Object.keys(scopes)), { minItems: 1, uniqueItems: true }),
          members: Type.Array(Member, { uniqueItems: true }),
        },
        { additionalProperties: false },
      ),
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)

/** Member → what its roles may do. */
export type Roles = ReadonlyMap<string, ReadonlySet<Scope>>

const readFile = jsonReader(RolesFile)

/**
 * The text of a roles' file → what each member may do.
 * @throws Error that says what is wrong where
 */
export function readRoles(text: string): Roles {
  const given = readFile(text)
  const roles = new Map<string, Set<Scope>>()
  for (const { scopes, members } of Object.values(given.roles))
    for (const member of members) {
      const known = roles.get(member) ?? new Set()
      roles.set(member, known)
      for (const scope of scopes) known.add(scope as Scope)
    }
  return roles
}

/** The caller with what their roles, and those of their groups, may do beside what they have proved. */
export function withRoles(caller: Caller, roles: Roles): Caller {
  const names = [`${caller.kind}:${caller.id}`, ...(caller.groups ?? []).map((group) => `group:${group}`)]
  const given = names.flatMap((name) => [...(roles.get(name) ?? [])])
  return given.length === 0 ? caller : { ...caller, scopes: new Set([...caller.scopes, ...given]) }
}
