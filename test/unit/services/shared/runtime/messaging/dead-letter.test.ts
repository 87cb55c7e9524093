import { expect, test } from 'vitest'
import {
  deadLetterPartition,
  deadLetterRecord,
  isGarbage,
  originHeaders,
  originOf,
  readResolution,
  resolutionRecord,
} from '../../../../../../services/shared/runtime/messaging/dead-letter.ts'
import { toLogRecord } from '../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const time = '2026-01-01T00:00:00.000Z'
const evidence = { service: 'toy', code: 'SCHEMA_MISMATCH', detail: '/n must be integer', time }
const record = {
  topic: 'shop.events',
  partition: 2,
  offset: 7,
  key: Buffer.from('A'),
  value: Buffer.from('{"n":"one"}'),
  headers: { id: Buffer.from('e1') },
}
const letterOf = (change: Partial<typeof record> | { key: null } | { value: null } = {}, more: Partial<typeof evidence> = {}) =>
  deadLetterRecord('toy.dlq', { ...record, ...change }, { ...evidence, ...more })
const limit = 256 * 1024

test('a dead letter has all that the record had, whence it comes and why', () => {
  expect(letterOf()).toEqual({
    topic: 'toy.dlq',
    partition: deadLetterPartition,
    key: record.key,
    value: record.value,
    headers: {
      id: record.headers.id,
      'dlq.service': 'toy',
      'dlq.code': 'SCHEMA_MISMATCH',
      'dlq.detail': '/n must be integer',
      'dlq.time': time,
      'dlq.topic': 'shop.events',
      'dlq.partition': '2',
      'dlq.offset': '7',
    },
  })
  expect(letterOf({ key: null, value: null })).toMatchObject({ key: null, value: null })
})

test('of what would not fit into the topic, as much is kept as does, and its size', () => {
  expect(letterOf({ value: Buffer.alloc(limit) }).value).toHaveLength(limit)
  expect(letterOf({ value: Buffer.alloc(limit) }).headers).not.toHaveProperty(['dlq.value-bytes'])
  const long = letterOf({ value: Buffer.alloc(limit + 1, 'x') })
  expect(long.value).toEqual(Buffer.alloc(limit, 'x'))
  expect(long.headers).toHaveProperty(['dlq.value-bytes'], `${limit + 1}`)
  expect(letterOf({ key: Buffer.alloc(limit) }).key).toHaveLength(limit)
  expect(letterOf({ key: Buffer.alloc(limit + 1) }).key).toBeNull()
  expect(letterOf({}, { detail: 'x'.repeat(2000) }).headers).toHaveProperty(['dlq.detail'], 'x'.repeat(1000))
})

test('headers that are too large together are left out; those that say whence and why are not', () => {
  const headers = { ab: Buffer.alloc(limit / 2 - 2), cd: Buffer.alloc(limit / 2 - 2) }
  expect(letterOf({ headers } as never).headers).toMatchObject(headers)
  const larger = letterOf({ headers: { ...headers, e: Buffer.alloc(0) } } as never)
  expect(larger.headers).not.toHaveProperty('ab')
  expect(larger.headers).toMatchObject({ 'dlq.code': 'SCHEMA_MISMATCH', 'dlq.offset': '7' })
})

test('records that do not say whose they are, or lie where theirs are not, are garbage; others are not', () => {
  const codes = ['HEADERS_INVALID', 'KEY_INVALID', 'KEY_MISPLACED', 'VALUE_NOT_JSON', 'SCHEMA_MISMATCH', 'HANDLER_FAILED', '']
  expect(codes.filter(isGarbage)).toEqual(['HEADERS_INVALID', 'KEY_INVALID', 'KEY_MISPLACED'])
})

const headersOf = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]))

test('whence a letter comes can be read back; what says nothing of the kind comes from nowhere', () => {
  const position = { topic: 'shop.events', partition: 2, offset: 7 }
  const origin = originHeaders(position)
  expect(originOf({ headers: headersOf(origin) })).toEqual(position)
  expect(originOf({ headers: {} })).toBeUndefined()
  for (const name of Object.keys(origin)) {
    const { [name]: _, ...others } = headersOf(origin)
    expect(originOf({ headers: others }), `without ${name}`).toBeUndefined()
  }
  for (const name of ['dlq.partition', 'dlq.offset'])
    expect(originOf({ headers: headersOf({ ...origin, [name]: 'one' }) }), `${name}: one`).toBeUndefined()
})

test.each(['redriven', 'discarded'] as const)(
  'that a record is %s is written beside its letter, and read back with the reason if there is one',
  (resolution) => {
    const origin = { topic: 'shop.events', partition: 2, offset: 7 }
    const told = { service: 'toy', deadLetter: 'toy.dlq/0/3', origin, resolution, time }
    const written = resolutionRecord({ ...told, reason: 'mended by hand' })
    expect(written).toEqual({
      topic: 'toy.dlq',
      partition: deadLetterPartition,
      key: null,
      value: null,
      headers: { [`dlq.${resolution}`]: 'toy.dlq/0/3', ...originHeaders(origin), 'dlq.reason': 'mended by hand', 'dlq.time': time },
    })
    expect(readResolution(toLogRecord(written, 4))).toEqual({ deadLetter: 'toy.dlq/0/3', resolution, reason: 'mended by hand' })
    expect(originOf(toLogRecord(written, 4))).toEqual(origin)
    const silent = resolutionRecord(told)
    expect(silent.headers).not.toHaveProperty(['dlq.reason'])
    expect(readResolution(toLogRecord(silent, 4))).toStrictEqual({ deadLetter: 'toy.dlq/0/3', resolution })
  },
)

test('a letter resolves nothing, whatever its record says; nor does what is neither', () => {
  const odd = letterOf({ headers: headersOf({ 'dlq.redriven': 'toy.dlq/0/3' }) } as never)
  expect(readResolution(toLogRecord(odd, 4))).toBeUndefined()
  expect(readResolution({ headers: headersOf({ id: 'e1', 'dlq.reason': 'none' }) })).toBeUndefined()
})
