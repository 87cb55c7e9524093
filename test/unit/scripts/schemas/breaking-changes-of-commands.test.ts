import { type TSchema, Type } from 'typebox'
import { expect, test } from 'vitest'
import { breakingChanges, type JsonSchema, type Message } from '../../../../scripts/schemas/breaking-changes.ts'
import { dataCheck } from '../../../../services/shared/runtime/messaging/record-codec.ts'

const changes = (recorded: object, now: object, message: Message = 'command') => breakingChanges(json(recorded), json(now), message)
const json = (schema: object): JsonSchema => JSON.parse(JSON.stringify(schema))
/** As the decider's process finds out. */
const fits = (schema: TSchema, data: unknown) => dataCheck({ Do: schema })('Do', data) === undefined

const line = Type.Object({ sku: Type.String({ pattern: '^[A-Z]+$' }), quantity: Type.Integer({ minimum: 1, maximum: 9 }) })
const kind = Type.Union([Type.Literal('a'), Type.Literal('b')])
const closed = { additionalProperties: false }
const address = Type.Object({ city: Type.String(), street: Type.Optional(Type.String()) }, closed)
const properties = {
  id: Type.String(),
  note: Type.Optional(Type.String()),
  time: Type.String(),
  weight: Type.Number(),
  size: Type.Enum(['S', 'M']),
  pair: Type.Tuple([Type.String(), Type.Integer()]),
  kind,
  address,
  lines: Type.Array(line, { minItems: 1, maxItems: 3 }),
}
const { id, note, ...others } = properties
const recorded = Type.Object(properties)
const but = (changed: Record<string, TSchema>) => Type.Object({ ...properties, ...changed })
const butLine = (changed: Record<string, TSchema>) => but({ lines: Type.Array(Type.Object({ ...line.properties, ...changed })) })

/** On their way when the schema changes. */
const withoutNote = {
  id: 'x',
  time: 'noon',
  weight: 0.5,
  size: 'M',
  pair: ['one', 1],
  kind: 'b',
  address: { city: 'Ulm', street: 'Hauptstraße' },
  lines: [{ sku: 'MUG', quantity: 1 }],
}
const sent = { ...withoutNote, note: '' }

test.each<[string, TSchema]>([
  ['nothing', recorded],
  ['a new optional field', but({ more: Type.Optional(Type.String()) })],
  ['one of a closed object', but({ address: Type.Object({ ...address.properties, zip: Type.Optional(Type.String()) }, closed) })],
  ['a removed field: what was sent of it is not looked at', Type.Object({ note, ...others })],
  ['a removed optional field', Type.Object({ id, ...others })],
  ['a field that became optional', but({ id: Type.Optional(id) })],
  ['one more possibility', but({ kind: Type.Union([...kind.anyOf, Type.Literal('c')]) })],
  ['one more of an enum', but({ size: Type.Enum(['S', 'M', 'L']) })],
  ['any string in place of a few', but({ kind: Type.String() })],
  ['both shapes', but({ id: Type.Union([Type.String(), Type.Object({ id: Type.String() })]) })],
  ['a number in place of an integer', butLine({ quantity: Type.Number({ minimum: 1, maximum: 9 }) })],
  ['wider bounds', butLine({ quantity: Type.Integer({ maximum: 10 }) })],
  ['a pattern less', butLine({ sku: Type.String() })],
  ['opened to other fields', but({ address: Type.Object(address.properties, { additionalProperties: true }) })],
  ['a description', but({ id: Type.String({ description: 'what it is' }) })],
])('commands on their way survive: %s', (_name, now) => {
  expect(changes(recorded, now)).toEqual([])
  for (const data of [sent, withoutNote]) expect([fits(recorded, data), fits(now, data)]).toEqual([true, true])
})

test.each<[string, TSchema, string, unknown?]>([
  ['a new required field', but({ more: Type.String() }), '/more: new and required'],
  ['a field that became required', but({ note: Type.String() }), '/note: became required', withoutNote],
  ['another type', but({ id: Type.Integer() }), '/id: type changed from "string" to "integer"'],
  ['another type of an optional field', but({ note: Type.Optional(Type.Null()) }), '/note: type changed from "string" to "null"'],
  ['an integer in place of a number', but({ weight: Type.Integer() }), '/weight: type changed from "number" to "integer"'],
  ['another pair', but({ pair: Type.Tuple([Type.Null(), Type.Null()]) }), '/pair: items became [{"type":"null"},{"type":"null"}]'],
  ['a possibility less', but({ kind: Type.Literal('a') }), '/kind: "b" is no longer possible'],
  ['one less of an enum', but({ size: Type.Enum(['S']) }), '/size: enum changed from ["S","M"] to ["S"]'],
  ['no short list any more', but({ lines: Type.Array(line, { minItems: 2, maxItems: 3 }) }), '/lines: minItems rose'],
  ['no long list any more', but({ lines: Type.Array(line, { maxItems: 2 }) }), '/lines: maxItems fell', long()],
  ['a higher minimum', butLine({ quantity: Type.Integer({ minimum: 2 }) }), '/lines/[]/quantity: minimum rose'],
  ['a new bound', but({ weight: Type.Number({ exclusiveMaximum: 0.5 }) }), '/weight: exclusiveMaximum fell'],
  ['a new format', but({ time: Type.String({ format: 'date-time' }) }), '/time: format became "date-time"'],
  ['another pattern', butLine({ sku: Type.String({ pattern: '^[a-z]+$' }) }), '/lines/[]/sku: pattern became "^[a-z]+$"'],
  ['closed to other fields', Type.Object(properties, closed), '/: additionalProperties became false', { ...sent, more: 1 }],
  [
    'a field removed from a closed object',
    but({ address: Type.Object({ city: Type.String() }, closed) }),
    '/address/street: removed, and no other fields are allowed',
  ],
  ['a keyword that nobody has thought of', but({ id: Type.String({ not: {} }) }), '/id: not changed from nothing to {}'],
])('commands on their way do not survive: %s', (_name, now, change, data = sent) => {
  expect(changes(recorded, now)).toEqual([change])
  expect([fits(recorded, data), fits(now, data)]).toEqual([true, false])
})

test('a removed field is held against what other fields may be', () => {
  const numbers = { additionalProperties: Type.Number() }
  const was = Type.Object({ id: Type.String(), weight: Type.Integer() }, numbers)
  expect(changes(was, Type.Object({ id: Type.String() }, numbers))).toEqual([])
  expect(changes(was, Type.Object({ weight: Type.Integer() }, numbers))).toEqual(['/id: type changed from "string" to "number"'])
})

test('negative control: readers of events would not survive what a decider does', () => {
  expect(changes(recorded, Type.Object({ note, ...others }), 'event')).toEqual(['/id: removed'])
  expect(changes(recorded, but({ id: Type.Optional(id) }), 'event')).toEqual(['/id: no longer always there'])
  expect(changes(recorded, but({ kind: Type.String() }), 'event')).toEqual([
    '/kind: "a" is no longer possible',
    '/kind: "b" is no longer possible',
  ])
})

function long() {
  const [one] = sent.lines
  return { ...sent, lines: [one, one, one] }
}
