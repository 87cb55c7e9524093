import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { currentEvent, decodeEvent } from '../../../../../../services/shared/runtime/messaging/decode-event.ts'
import { dataCheck, encodeRecord } from '../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { toLogRecord } from '../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const reading = {
  check: dataCheck({ 'toy.Deposited': Type.Object({ cents: Type.Integer() }) }),
  versions: { 'toy.Deposited': { current: 2, upcasters: { 1: ({ euros }: Record<string, unknown>) => ({ cents: Number(euros) * 100 }) } } },
}
const envelope = {
  id: 'e1',
  type: 'toy.Deposited',
  schemaVersion: 1,
  aggregateId: 'alice',
  version: 1,
  causationId: 'c1',
  correlationId: 's1',
  time: '2026-01-01T00:00:00.000Z',
}
const written = (data: unknown, schemaVersion = 1) => toLogRecord(encodeRecord('toy.events', { ...envelope, schemaVersion }, data, 3), 7)
const place = { topic: 'toy.events', partition: 3, offset: 7 }

test('an event of an older version has data of the current one, and the envelope that was written', () => {
  expect(decodeEvent(reading, written({ euros: 5 }))).toEqual({ ...place, envelope, data: { cents: 500 } })
  expect(currentEvent(reading, { ...place, envelope, data: { euros: 5 } })).toEqual({ ...place, envelope, data: { cents: 500 } })
})

test.each<[string, string, Parameters<typeof decodeEvent>[1]]>([
  ['HEADERS_INVALID', 'no headers', { ...written({}), headers: {} }],
  ['VALUE_NOT_JSON', 'no data', { ...written({}), value: null }],
  ['UPCAST_FAILED', 'data of another shape', written([])],
  ['VERSION_FROM_FUTURE', 'a newer version', written({ cents: 1 }, 3)],
  ['SCHEMA_MISMATCH', 'data that do not fit', written({ cents: 'one' }, 2)],
])('%s: a record with %s', (failure, _, record) => {
  expect(decodeEvent(reading, record)).toMatchObject({ failure })
})

test('an envelope that was decoded before is taken as it is, and so is that it could not be', () => {
  const known = { ...envelope, correlationId: 'another' }
  expect(decodeEvent(reading, written({ euros: 5 }), known)).toMatchObject({ envelope: known })
  const failure = { failure: 'KEY_MISPLACED', detail: 'elsewhere' } as const
  expect(decodeEvent(reading, written({ euros: 5 }), failure)).toBe(failure)
})
