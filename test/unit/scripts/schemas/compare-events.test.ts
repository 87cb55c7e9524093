import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { JsonSchema } from '../../../../scripts/schemas/breaking-changes.ts'
import { compareEvents, recordEvents } from '../../../../scripts/schemas/compare-events.ts'
import { eventSchemas } from '../../../../services/shared/contracts/events/events.ts'
import { eventVersions } from '../../../../services/shared/contracts/events/versions.ts'

const fields = (...names: string[]): JsonSchema => ({
  type: 'object',
  required: names,
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
})
const recorded = { 'a.Done': { 1: fields('x') } }
const none = { breaking: [], unrecorded: [] }

test('what is recorded as it is needs nothing', () => {
  expect(compareEvents(recorded, { schemas: { 'a.Done': fields('x') }, versions: {} })).toEqual(none)
})
test('a breaking change under the same version is found', () => {
  const { breaking } = compareEvents(recorded, { schemas: { 'a.Done': fields('x', 'y') }, versions: {} })
  expect(breaking).toEqual(['a.Done@1 /y: new and required'])
})
test('the same change under a new version breaks nothing, but is to be recorded; the record keeps the old version', () => {
  const now = { schemas: { 'a.Done': fields('x', 'y') }, versions: { 'a.Done': { current: 2, upcasters: { 1: () => ({}) } } } }
  expect(compareEvents(recorded, now)).toEqual({ breaking: [], unrecorded: ['a.Done@2'] })
  const after = recordEvents(recorded, now)
  expect(after).toEqual({ 'a.Done': { 1: fields('x'), 2: fields('x', 'y') } })
  expect(compareEvents(after, now)).toEqual(none)
})
test('a new version without a way to it is found', () => {
  const now = { schemas: { 'a.Done': fields('y') }, versions: { 'a.Done': { current: 3, upcasters: { 2: () => ({}) } } } }
  expect(compareEvents(recorded, now).breaking).toEqual([
    'a.Done@1: no upcaster to version 2',
    'a.Done@2: never recorded; a version is one more than the last',
  ])
})
test('a removed type, a version taken back and a new type are found', () => {
  const twice = { 'a.Done': { 1: fields('x'), 2: fields('y') }, 'a.Gone': { 1: fields() } }
  expect(compareEvents(twice, { schemas: { 'a.Done': fields('x'), 'a.New': fields() }, versions: {} })).toEqual({
    breaking: ['a.Gone: removed, but its events are in the log for ever', 'a.Done@2: recorded, but the code only knows versions up to 1'],
    unrecorded: ['a.New@1'],
  })
})

test('the record of the shop is complete and nothing breaks', () => {
  const file = new URL('../../../../services/shared/contracts/events/recorded.golden.json', import.meta.url)
  const shop = { schemas: JSON.parse(JSON.stringify(eventSchemas)), versions: eventVersions }
  expect(compareEvents(JSON.parse(readFileSync(file, 'utf8')), shop)).toEqual(none)
})
