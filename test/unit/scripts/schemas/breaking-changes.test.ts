import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { breakingChanges, type JsonSchema } from '../../../../scripts/schemas/breaking-changes.ts'

const json = (schema: object): JsonSchema => JSON.parse(JSON.stringify(schema))
const changes = (recorded: object, now: object) => breakingChanges(json(recorded), json(now), 'event')

const kind = Type.Union([Type.Literal('a'), Type.Literal('b')])
const line = Type.Object({ sku: Type.String({ pattern: '^[A-Z]+$' }), quantity: Type.Integer({ minimum: 1, maximum: 9 }) })
const recorded = Type.Object({ id: Type.String(), note: Type.Optional(Type.String()), kind, lines: Type.Array(line, { minItems: 1 }) })
const { id, note, lines } = recorded.properties

test.each<[string, object]>([
  ['nothing', recorded],
  ['a new optional field', Type.Object({ ...recorded.properties, more: Type.Optional(Type.String()) })],
  ['one more possibility', Type.Object({ ...recorded.properties, kind: Type.Union([...kind.anyOf, Type.Literal('c')]) })],
  ['a description', Type.Object({ ...recorded.properties, id: Type.String({ description: 'what it is' }) })],
  [
    'wider bounds',
    Type.Object({ ...recorded.properties, lines: Type.Array(Type.Object({ ...line.properties, quantity: Type.Integer() })) }),
  ],
])('breaks nothing: %s', (_name, now) => expect(changes(recorded, now)).toEqual([]))

test.each<[string, object, string]>([
  ['a removed field', Type.Object({ note, kind, lines }), '/id: removed'],
  ['a removed optional field', Type.Object({ id, kind, lines }), '/note: removed'],
  ['a new required field', Type.Object({ ...recorded.properties, more: Type.String() }), '/more: new and required'],
  ['a field that became required', Type.Object({ ...recorded.properties, note: Type.String() }), '/note: became required'],
  ['a field that became optional', Type.Object({ ...recorded.properties, id: Type.Optional(id) }), '/id: no longer always there'],
  ['another type', Type.Object({ ...recorded.properties, id: Type.Integer() }), '/id: type changed from "string" to "integer"'],
  ['a possibility less', Type.Object({ ...recorded.properties, kind: Type.Literal('a') }), '/kind: "b" is no longer possible'],
  ['a shorter list', Type.Object({ ...recorded.properties, lines: Type.Array(line, { minItems: 2 }) }), '/lines: minItems rose'],
  ['a new bound', Type.Object({ ...recorded.properties, id: Type.String({ maxLength: 5 }) }), '/id: maxLength fell'],
  ['a new format', Type.Object({ ...recorded.properties, id: Type.String({ format: 'date-time' }) }), '/id: format became "date-time"'],
  ['closed to other fields', Type.Object(recorded.properties, { additionalProperties: false }), '/: additionalProperties became false'],
  [
    'deep inside: another pattern',
    Type.Object({
      ...recorded.properties,
      lines: Type.Array(Type.Object({ ...line.properties, sku: Type.String({ pattern: '.' }) }), { minItems: 1 }),
    }),
    '/lines/[]/sku: pattern became "."',
  ],
  ['a keyword that nobody has thought of', Type.Object(recorded.properties, { not: {} }), '/: not changed from nothing to {}'],
])('breaks: %s', (_name, now, change) => expect(changes(recorded, now)).toEqual([change]))
