import fc from 'fast-check'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { Envelope } from '../../../../../../services/shared/contracts/envelope.ts'
import type { LogRecord } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import {
  dataCheck,
  decodeRecord,
  encodeRecord,
  isDecodeFailure,
  isTypeName,
  MAX_VALUE_BYTES,
  RecordInvalid,
} from '../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { toLogRecord } from '../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const id = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
const envelopes = fc
  .record(
    {
      id,
      type: fc.constantFrom('orders.OrderPlaced', 'ReserveStock', 'order-history.Read', 'b2b.OrderPlaced2', 'Ship2Go'),
      schemaVersion: fc.integer({ min: 1, max: 1000 }),
      aggregateId: id,
      version: fc.nat(),
      expectedVersion: fc.nat(),
      causationId: id,
      correlationId: id,
      traceparent: fc.string({ maxLength: 60 }),
      source: fc.constant('orders.commands/3/12345678901'),
      time: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map((date) => date.toISOString()),
    },
    { requiredKeys: ['id', 'type', 'schemaVersion', 'aggregateId', 'version', 'causationId', 'correlationId', 'time'] },
  )
  .filter((envelope) => Compile(Envelope).Check(envelope))

test('decoding gives back what was encoded', () => {
  fc.assert(
    fc.property(envelopes, fc.jsonValue(), fc.nat({ max: 9 }), (envelope, data, partition) => {
      const decoded = decodeRecord(toLogRecord(encodeRecord('orders.events', envelope, data, partition), 7))
      expect(decoded).toEqual({ envelope, data: JSON.parse(JSON.stringify(data)), topic: 'orders.events', partition, offset: 7 })
    }),
  )
})

test.each<[string, Partial<Envelope>, unknown, string]>([
  ['a type that nobody reads', { type: 'orders.placed' }, {}, 'orders.placed for t: /type'],
  ['an id that is too long', { aggregateId: 'x'.repeat(129) }, {}, '/aggregateId'],
  ['a time that is none', { time: 'yesterday' }, {}, '/time'],
  ['a version below zero', { version: -1 }, {}, '/version'],
  ['no data', {}, undefined, 'there are no data'],
  ['too much data', {}, 'x'.repeat(MAX_VALUE_BYTES), 'at most'],
])('what could not be read is not written: %s', (_, change, data, detail) => {
  const envelope = { id: 'e', type: 'T', schemaVersion: 1, aggregateId: 'a', version: 1, causationId: 'c', correlationId: 'c' }
  expect(() => encodeRecord('t', { ...envelope, time: '2026-01-01T00:00:00.000Z', ...change }, data)).toThrow(detail)
})

test('no bytes make the decoder throw', () => {
  const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array))
  const headers = fc.dictionary(fc.constantFrom(...Object.keys(Envelope.properties), 'other'), bytes)
  fc.assert(
    fc.property(fc.option(bytes), fc.option(bytes), headers, (key, value, found) => {
      expect(decodeRecord({ topic: 't', partition: 0, offset: 0, key, value, headers: found })).toBeTypeOf('object')
    }),
  )
})

const good: LogRecord = toLogRecord(
  encodeRecord(
    'orders.events',
    {
      id: 'e1',
      type: 'orders.OrderPlaced',
      schemaVersion: 1,
      aggregateId: 'o1',
      version: 1,
      causationId: 'c1',
      correlationId: 'o1',
      time: '2026-01-01T00:00:00.000Z',
    },
    { n: 1 },
  ),
  0,
)
const without = (name: string): LogRecord['headers'] => Object.fromEntries(Object.entries(good.headers).filter(([key]) => key !== name))

test.each<[string, Partial<LogRecord>, string, RegExp]>([
  ['no key', { key: null }, 'KEY_INVALID', /no key/],
  ['an empty key', { key: Buffer.from('') }, 'KEY_INVALID', /no key/],
  ['no headers', { headers: {} }, 'HEADERS_INVALID', /id/],
  ['a missing header', { headers: without('correlationId') }, 'HEADERS_INVALID', /correlationId/],
  ['a version that is no number', { headers: { ...good.headers, version: Buffer.from('one') } }, 'HEADERS_INVALID', /version/],
  ['a version out of range', { headers: { ...good.headers, version: Buffer.from('9'.repeat(400)) } }, 'HEADERS_INVALID', /version/],
  ['a time that is none', { headers: { ...good.headers, time: Buffer.from('2026-13-01T00:00:00Z') } }, 'HEADERS_INVALID', /time/],
  [
    'a year that PostgreSQL has not',
    { headers: { ...good.headers, time: Buffer.from('0000-01-01T00:00:00Z') } },
    'HEADERS_INVALID',
    /time/,
  ],
  ['a time without a zone', { headers: { ...good.headers, time: Buffer.from('2026-01-01T00:00:00') } }, 'HEADERS_INVALID', /time/],
  ['no value', { value: null }, 'VALUE_NOT_JSON', /no value/],
  ['half a value', { value: Buffer.from('{"n":') }, 'VALUE_NOT_JSON', /JSON/],
  ['too long a value', { value: Buffer.alloc(MAX_VALUE_BYTES + 1, ' ') }, 'VALUE_TOO_LARGE', /at most/],
])('a record with %s is told apart', (_, change, failure, detail) => {
  const decoded = decodeRecord({ ...good, ...change })
  if (!isDecodeFailure(decoded)) throw new Error('decoded after all')
  expect(decoded.failure).toBe(failure)
  expect(decoded.detail).toMatch(detail)
})

test('data is held against the schema of its type', () => {
  const check = dataCheck({ Count: Type.Object({ n: Type.Integer() }) })
  expect(check('Count', { n: 1 })).toBeUndefined()
  expect(check('Count', { n: 'one' })).toMatchObject({ failure: 'SCHEMA_MISMATCH', detail: expect.stringContaining('/n') })
  expect(check('toString', {})).toMatchObject({ failure: 'SCHEMA_MISMATCH', detail: 'no schema for toString' })
})

test('why a record is refused is said in full: what, of which type, for which topic, and at most three faults', () => {
  const envelope = { id: 'e', type: 'T', schemaVersion: 1, aggregateId: 'a', version: 1, causationId: 'c', correlationId: 'c', time: 'now' }
  const codeOf = (change: object, data: unknown) => {
    try {
      encodeRecord('t', { ...envelope, time: '2026-01-01T00:00:00.000Z', ...change }, data)
    } catch (error) {
      if (error instanceof RecordInvalid) return `${error.name} ${error.code}: ${error.message}`
    }
    return 'written'
  }
  expect(codeOf({}, 'x'.repeat(MAX_VALUE_BYTES - 2))).toBe('written')
  expect(codeOf({}, 'x'.repeat(MAX_VALUE_BYTES - 1))).toBe('RecordInvalid VALUE_TOO_LARGE: T for t: 131073 bytes, at most 131072')
  expect(codeOf({}, undefined)).toBe('RecordInvalid VALUE_NOT_JSON: there are no data')
  expect(codeOf({ id: '', type: 't', version: -1, time: 'now' }, {})).toMatch(
    /^RecordInvalid HEADERS_INVALID: T? ?t? ?for t: [^;]+; [^;]+; [^;]+$/,
  )
  const decoded = decodeRecord({ ...good, headers: {} })
  expect(decoded).toEqual({ failure: 'HEADERS_INVALID', detail: expect.stringMatching(/^\/ [^;]+$/) })
})

test('a value of the largest size is read, headers of others are left out, and those that are not set are not written', () => {
  const value = Buffer.from(JSON.stringify('x'.repeat(MAX_VALUE_BYTES - 2)))
  expect(decodeRecord({ ...good, value })).toHaveProperty('data')
  const others = { 'x-agent': Buffer.from('7'), aggregateId: Buffer.from('of somebody else') }
  const traced = decodeRecord({ ...good, headers: { ...good.headers, ...others } })
  expect(traced).toEqual(decodeRecord(good))
  const envelope = { id: 'e', type: 'T', schemaVersion: 1, aggregateId: 'a', version: 1, causationId: 'c', correlationId: 'c' }
  const record = encodeRecord('t', { ...envelope, time: '2026-01-01T00:00:00.000Z', traceparent: undefined as never }, {})
  expect(record).toStrictEqual({
    topic: 't',
    key: 'a',
    value: '{}',
    headers: {
      id: 'e',
      type: 'T',
      schemaVersion: '1',
      version: '1',
      causationId: 'c',
      correlationId: 'c',
      time: '2026-01-01T00:00:00.000Z',
    },
  })
})

test.each(['1.5', '1e3', ' 1', '1 ', '-1', '1'.repeat(16)])('a version is written in digits alone: %j is none', (text) => {
  expect(decodeRecord({ ...good, headers: { ...good.headers, version: Buffer.from(text) } })).toMatchObject({ failure: 'HEADERS_INVALID' })
})

test('types are written as services and their events are named', () => {
  const types = ['orders.OrderPlaced', 'ReserveStock', 'orders.placed', 'Orders.OrderPlaced', '']
  expect(types.filter(isTypeName)).toEqual(['orders.OrderPlaced', 'ReserveStock'])
})
