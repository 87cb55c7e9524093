import { expect, test } from 'vitest'
import { accessEntry, originOf } from '../../../../../scripts/telemetry/collect/access-entry.ts'
import { levelOf, logEntry } from '../../../../../scripts/telemetry/collect/log-entry.ts'

const now = Date.parse('2026-01-02T03:04:05Z')
const unknown = { workload: 'unknown', replica: 'unknown' }
const entry = (line: string) => logEntry(line, unknown, () => now)
const record = (fields: object) => entry(JSON.stringify({ workload: 'catalog', replica: 1, container: 'app', ...fields }))

test('a line says who, when, how grave, and in which trace', () => {
  const traceId = 'ab'.repeat(16)
  expect(record({ time: '2026-01-01T00:00:00.5Z', level: 'error', msg: 'no', traceId, orderId: 'ord_1' })).toMatchObject({
    time: Date.parse('2026-01-01T00:00:00.500Z'),
    level: 50,
    workload: 'catalog',
    replica: 'catalog-1',
    traceId,
    text: `${traceId} no ord_1`,
  })
})

test('levels of pino, of Envoy and of others', () => {
  expect(['trace', 'WARNING', 'critical', 'err', 30, 35, 1000, -3, 0, null, {}, 'loud'].map(levelOf)).toEqual([
    10, 40, 60, 50, 30, 30, 60, 10, 10, 30, 30, 30,
  ])
})

test('a clock that nobody can mean is not believed', () => {
  for (const time of ['noon', null, {}, 1e300, Number.NaN, '']) expect(record({ time }).time).toBe(now)
  expect(record({ time: 0 }).time).toBe(0)
})

test('what is not JSON, or no object, is a message of its own', () => {
  for (const line of ['hello', '{cut off', '{"a":1} tail', '\u0000\u0007']) {
    const { line: stored, ...rest } = entry(line)
    expect(rest).toMatchObject({ time: now, level: 30, workload: 'unknown' })
    expect(JSON.parse(stored)).toMatchObject({ msg: line, workload: 'unknown' })
  }
})

test('of a megabyte the beginning is kept and searched; it stays JSON', () => {
  const { line, text } = record({ msg: 'a b '.repeat(262_144), time: 5, orderId: 'ord_1' })
  expect(line.length).toBeLessThan(200_000)
  expect(text.length).toBeLessThanOrEqual(16_384)
  expect(JSON.parse(line)).toMatchObject({
    workload: 'catalog',
    replica: 1,
    orderId: 'ord_1',
    cutFrom: expect.stringMatching(/^\d+ characters$/),
  })
  expect(entry('x'.repeat(1_048_576)).line.length).toBeLessThan(200_000)
  expect(JSON.parse(record({ stuff: ['x'.repeat(1_048_576)] }).line)).toMatchObject({ workload: 'catalog' })
})

test('colours are no part of words', () => {
  expect(record({ msg: '\u001b[31mred\u001b[0m' }).text).toContain(' red')
})

test('a sidecar’s line gets a time, a level and a message', () => {
  const line = JSON.stringify({
    start_time: '2026-01-01T00:00:00.000Z',
    direction: 'outbound',
    method: 'GET',
    path: '/v1/products',
    authority: 'catalog',
    response_code: 503,
    response_flags: 'UO',
    upstream_host: null,
    duration: 1,
    traceparent: `00-${'cd'.repeat(16)}-${'ef'.repeat(8)}-01`,
    workload: 'somebody else',
  })
  const { line: stored, ...rest } = accessEntry(line, originOf('catalog-v2-10'), () => now)
  expect(rest).toMatchObject({
    time: Date.parse('2026-01-01T00:00:00Z'),
    level: 40,
    workload: 'catalog-v2',
    replica: 'catalog-v2-10',
    traceId: 'cd'.repeat(16),
  })
  expect(rest.text).toContain('UO')
  expect(JSON.parse(stored)).toMatchObject({
    workload: 'catalog-v2',
    replica: 10,
    container: 'sidecar',
    time: '2026-01-01T00:00:00.000Z',
    level: 'warn',
    msg: 'GET catalog/v1/products 503',
    response_flags: 'UO',
  })
  expect(JSON.parse(stored)).not.toHaveProperty('start_time')
  expect(accessEntry('half a li', originOf('catalog-0'), () => now)).toMatchObject({ workload: 'catalog', replica: 'catalog-0' })
})
