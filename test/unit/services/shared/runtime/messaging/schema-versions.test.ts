import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { dataCheck } from '../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { type SchemaVersions, upcast } from '../../../../../../services/shared/runtime/messaging/schema-versions.ts'
import { processedLog, time } from '../event-sourcing/processed-log.ts'

/** Deposits were in euros, then in cents without a reference. */
const versions: SchemaVersions = {
  'toy.Deposited': {
    current: 3,
    upcasters: {
      1: ({ euros, ...rest }) => ({ ...rest, cents: Number(euros) * 100 }),
      2: (data, envelope) => ({ ...data, ref: envelope.time }),
    },
  },
}
const upcastDeposit = (schemaVersion: number, data: unknown, known = versions) =>
  upcast(known, { type: 'toy.Deposited', schemaVersion, time }, data)

test('data rise through all versions between theirs and the current one', () => {
  expect(upcastDeposit(1, { euros: 5 })).toEqual({ data: { cents: 500, ref: time } })
  expect(upcastDeposit(2, { cents: 7 })).toEqual({ data: { cents: 7, ref: time } })
  expect(upcastDeposit(3, 'as it is')).toEqual({ data: 'as it is' })
  expect(upcastDeposit(3, { cents: 7, ref: 'r' })).toEqual({ data: { cents: 7, ref: 'r' } })
})

test.each<[string, number, unknown, SchemaVersions]>([
  ['VERSION_FROM_FUTURE', 4, {}, versions],
  ['VERSION_FROM_FUTURE', 2, {}, {}],
  ['UPCASTER_MISSING', 1, {}, { 'toy.Deposited': { current: 2, upcasters: {} } }],
  ['UPCAST_FAILED', 1, [], versions],
  ['UPCAST_FAILED', 1, {}, { 'toy.Deposited': { current: 2, upcasters: { 1: () => JSON.parse('') } } }],
])('%s: version %i', (failure, schemaVersion, data, known) => {
  expect(upcastDeposit(schemaVersion, data, known)).toMatchObject({ failure })
})

test('a new release folds what an old one wrote, and writes the current version', async () => {
  const log = processedLog()
  await log.give(['c1', 'alice', 'r1', 1])
  const later: SchemaVersions = { 'toy.Deposited': { current: 2, upcasters: { 1: (data) => ({ ...data, ref: `v1-${data.ref}` }) } } }
  log.restart({ versions: later })
  await log.give(['c2', 'alice', 'v1-r1', 1], ['c3', 'alice', 'r3', 1])
  expect(log.events().map(({ envelope }) => [envelope.causationId, envelope.type, envelope.version, envelope.schemaVersion])).toEqual([
    ['c1', 'toy.Deposited', 1, 1],
    ['c2', 'toy.CommandAnswered', 0, 1],
    ['c3', 'toy.Deposited', 2, 2],
  ])
})

const future: SchemaVersions = { 'toy.Deposited': { current: 2, upcasters: {} } }

test("an old release cannot decide an aggregate with events of a newer one: its commands wait, others' go on", async () => {
  const log = processedLog({ versions: future })
  await log.give(['c1', 'alice', 'r1', 1])
  log.restart()
  await log.give(['c2', 'alice', 'r2', 1], ['c3', 'bob', 'r3', 1], ['c4', 'alice', 'r4', 1])
  expect(log.deadLetters().map(({ headers }) => `${headers['dlq.topic']} ${headers.id} ${headers['dlq.code']}`)).toEqual([
    `toy.events ${log.events()[0]?.envelope.id} VERSION_FROM_FUTURE`,
    'toy.commands c2 AGGREGATE_UNDECIDABLE',
    'toy.commands c4 KEY_PARKED',
  ])
  // Back to the newer release: nothing of alice is lost, and what waited is decided when it comes again.
  log.restart({ versions: future })
  await log.give(['c2', 'alice', 'r2', 1], ['c4', 'alice', 'r4', 1])
  const ofAlice = log.events().filter(({ envelope }) => envelope.aggregateId === 'alice' && envelope.version > 0)
  expect(ofAlice.map(({ envelope }) => [envelope.causationId, envelope.version])).toEqual([
    ['c1', 1],
    ['c2', 2],
    ['c4', 3],
  ])
})

test('an own event of an unknown type is such an event too, and is put aside once', async () => {
  const log = processedLog({ checkEvent: dataCheck({ 'toy.Deposited': Type.Any() }) })
  await log.give(['c1', 'alice', 'r1', 1])
  for (const _ of [1, 2, 3]) {
    log.restart({ checkEvent: dataCheck({}) })
    await log.process()
  }
  expect(log.deadLetters().map(({ headers }) => `${headers['dlq.code']}`)).toEqual(['SCHEMA_MISMATCH'])
})

test('why data cannot rise is said with the version at which they could not', () => {
  const upcasters = { 1: (data: Record<string, unknown>) => data, 2: () => JSON.parse('{') }
  const known = (later: SchemaVersions[string]): SchemaVersions => ({ 'toy.Deposited': later })
  expect(upcastDeposit(4, {})).toEqual({ failure: 'VERSION_FROM_FUTURE', detail: 'toy.Deposited@4, known up to 3' })
  expect(upcastDeposit(1, null)).toEqual({ failure: 'UPCAST_FAILED', detail: 'toy.Deposited@1 is no object' })
  expect(upcastDeposit(1, 'text')).toEqual({ failure: 'UPCAST_FAILED', detail: 'toy.Deposited@1 is no object' })
  expect(upcastDeposit(1, {}, known({ current: 3, upcasters: { 1: upcasters[1] } }))).toEqual({
    failure: 'UPCASTER_MISSING',
    detail: 'no way from toy.Deposited@2 to 3',
  })
  const failed = upcastDeposit(1, {}, known({ current: 3, upcasters }))
  expect(failed).toEqual({ failure: 'UPCAST_FAILED', detail: expect.stringMatching(/^toy\.Deposited@2: .*JSON/) })
})
