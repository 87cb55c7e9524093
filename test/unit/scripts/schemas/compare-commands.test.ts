import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { JsonSchema } from '../../../../scripts/schemas/breaking-changes.ts'
import { commandSchemas } from '../../../../scripts/schemas/command-schemas.ts'
import { type CommandSchemas, compareCommands } from '../../../../scripts/schemas/compare-commands.ts'
import { writeSide, writeSideNames } from '../../services/write-side.ts'

const fields = (...names: string[]): JsonSchema => ({
  type: 'object',
  required: names,
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
})
const recorded = { 'a.Do': fields('x') }
const none = { breaking: [], unrecorded: [] }

test('what is recorded as it is needs nothing', () => {
  expect(compareCommands(recorded, { 'a.Do': fields('x') })).toEqual(none)
})
test('a breaking change is found', () => {
  expect(compareCommands(recorded, { 'a.Do': fields('x', 'y') }).breaking).toEqual(['a.Do /y: new and required'])
})
test('the new shape under a name of its own breaks nothing, but is to be recorded', () => {
  const now = { ...recorded, 'a.DoBoth': fields('x', 'y') }
  expect(compareCommands(recorded, now)).toEqual({ breaking: [], unrecorded: ['a.DoBoth'] })
})
test('a field less breaks nothing, but is to be recorded', () => {
  expect(compareCommands(recorded, { 'a.Do': fields() })).toEqual({ breaking: [], unrecorded: ['a.Do'] })
})
test('a removed type is found', () => {
  expect(compareCommands(recorded, {})).toEqual({
    breaking: ['a.Do: removed, but commands of this type may be on their way'],
    unrecorded: [],
  })
})

const shop: CommandSchemas = JSON.parse(JSON.stringify(commandSchemas))
const file = new URL('../../../../scripts/schemas/recorded-commands.golden.json', import.meta.url)
const recordOfShop: CommandSchemas = JSON.parse(readFileSync(file, 'utf8'))

test('the record of the shop is complete and nothing breaks', () => expect(compareCommands(recordOfShop, shop)).toEqual(none))

test('the schemas compared are those that the services check with', () => {
  const checked = writeSideNames.flatMap((service) =>
    Object.entries(writeSide[service].service.commandSchemas).map(([type, schema]) => [`${service}.${type}`, schema]),
  )
  expect(commandSchemas).toEqual(Object.fromEntries(checked))
})

test('negative control: each command of the shop with one more required field', () => {
  const more = Object.entries(shop).map(([type, schema]) => [type, { ...schema, ...withRequired(schema, 'more') }])
  expect(compareCommands(recordOfShop, Object.fromEntries(more)).breaking).toEqual(
    Object.keys(recordOfShop).map((type) => `${type} /more: new and required`),
  )
})

const withRequired = ({ required, properties }: JsonSchema, name: string): JsonSchema => ({
  required: [...(required as string[]), name],
  properties: { ...(properties as object), [name]: { type: 'string' } },
})
