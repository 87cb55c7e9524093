import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { logEntry } from '../../../../../scripts/telemetry/collect/log-entry.ts'
import { isStore, type LogQuery, openReader, type StoreReader } from '../../../../../scripts/telemetry/store/reader.ts'
import type { Span } from '../../../../../scripts/telemetry/store/records.ts'
import { openStore, type Store } from '../../../../../scripts/telemetry/store/store.ts'

const order = 'ord_4-Kx_0mCq-Hb2wZ1tYp-7A'
const other = 'ord_4-Kx_0mCq-Hb2wZ1tYp-7B'
const trace = '0af7651916cd43dd8448eb211c80319c'
const start = Date.parse('2026-01-02T03:04:05Z')
const hour = 3_600_000

let folder = ''
let store: Store
let reader: StoreReader
let time = start

const line = (fields: object, at: number): string =>
  JSON.stringify({ workload: 'orders', replica: 0, container: 'app', level: 'info', time: new Date(at).toISOString(), ...fields })
const write = (...lines: readonly object[]): void => {
  const entries = lines.map((fields, number) => logEntry(line(fields, time + number), { workload: 'x', replica: 'x' }, () => time))
  store.write({ entries, spans: [], positions: new Map() })
}
const span = (fields: Partial<Span>): Span => ({
  traceId: trace,
  spanId: '00f067aa0ba902b7',
  name: 'POST /orders',
  kind: 'server',
  service: 'orders',
  startUs: start * 1000,
  durationUs: 1500,
  status: 'unset',
  attributes: {},
  events: [],
  links: [],
  ...fields,
})
const found = (query: LogQuery, limit = 100): string[] => reader.latest(query, limit).lines.map(({ line }) => JSON.parse(line).msg)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'breakwater-reader-'))
  expect(isStore(folder)).toBe(false)
  store = openStore({ folder, bounds: { bytes: 1e9, ageMs: 8 * hour, roomBytes: 0 }, now: () => time, log: () => {} })
  write({ msg: 'order placed', orderId: order, traceId: trace }, { msg: 'refused', level: 'error', code: 'E1', workload: 'payments' })
  write({ msg: 'GET /v1/products', traceId: trace, workload: 'gateway', replica: 1 }, { msg: `charged for ${other}`, level: 40 })
  time += 2 * hour
  write({ msg: 'connection refused by peer', level: 'debug' }, { msg: `shipped ${order}`, traceId: '1'.repeat(32) })
  write({ msg: 'by peer refused: connection', workload: 'gateway', replica: 0 }, { msg: '\u001b[31mred\u001b[0m alert' })
  store.write({
    entries: [],
    spans: [
      span({ attributes: { 'breakwater.order_id': order } }),
      span({ spanId: 'b'.repeat(16), startUs: start * 1000 - 5 }),
      span({ traceId: '2'.repeat(32), attributes: { 'breakwater.order_id': order }, startUs: start * 1000 + 9 }),
      span({ traceId: '3'.repeat(32), attributes: { 'breakwater.order_id': other }, startUs: start * 1000 + 10 }),
    ],
    positions: new Map(),
  })
  reader = openReader(folder)
})
afterAll(async () => {
  reader.close()
  store.close()
  await rm(folder, { recursive: true })
})

test('everything, and the latest of it, over all segments', () => {
  expect(isStore(folder)).toBe(true)
  expect(found({})).toHaveLength(8)
  expect(found({}, 2)).toEqual(['by peer refused: connection', '\u001b[31mred\u001b[0m alert'])
  expect(found({}, 0)).toEqual([])
})

test('an order: lines that name it, and those of its traces; none of another whose id differs in the last letter', () => {
  expect(found({ order })).toEqual(['order placed', 'GET /v1/products', `shipped ${order}`])
  expect(found({ order: other })).toEqual([`charged for ${other}`])
  expect(found({ order: 'ord_nobody' })).toEqual([])
})

test('a trace, a workload, a replica, a level, a time', () => {
  expect(found({ trace })).toEqual(['order placed', 'GET /v1/products'])
  expect(found({ service: 'gateway' })).toEqual(['GET /v1/products', 'by peer refused: connection'])
  expect(found({ service: 'gateway-1' })).toEqual(['GET /v1/products'])
  expect(found({ level: 40 })).toEqual(['refused', `charged for ${other}`])
  expect(found({ level: 50 })).toEqual(['refused'])
  expect(found({ level: 30 })).toHaveLength(7)
  expect(found({ since: start + hour })).toHaveLength(4)
})

test('words: all of them, in any order; quoted ones in this; the beginning of one; whatever their case', () => {
  expect(found({ text: 'refused connection' })).toEqual(['connection refused by peer', 'by peer refused: connection'])
  expect(found({ text: '"connection refused"' })).toEqual(['connection refused by peer'])
  expect(found({ text: '/v1/products' })).toEqual(['GET /v1/products'])
  expect(found({ text: 'CONN*' })).toHaveLength(2)
  expect(found({ text: 'red' })).toEqual(['\u001b[31mred\u001b[0m alert'])
})

test('what means something to the index means nothing when somebody types it', () => {
  for (const text of [
    '" OR 1',
    'text:refused AND',
    '(',
    '*',
    '^',
    'NEAR(a b)',
    'tags: level_50',
    "'; DROP TABLE lines; --",
    '""',
    '-',
    'é\u0000',
  ])
    expect(() => found({ text })).not.toThrow()
  expect(found({ text: 'level_50' })).toEqual([])
  expect(found({ text: '***' })).toEqual([])
  expect(found({ service: '" OR workload_orders' })).toEqual([])
  expect(found({ order: '"' })).toEqual([])
})

test('conditions are joined', () => {
  expect(found({ text: 'refused', level: 50, service: 'payments' })).toEqual(['refused'])
  expect(found({ text: 'refused', since: start + hour, level: 30 })).toEqual(['by peer refused: connection'])
})

test('a follower gets what comes, each line once, over a new segment', () => {
  const first = reader.latest({ text: 'news' }, 10)
  write({ msg: 'news 1' }, { msg: 'else' })
  const second = reader.linesAfter({ text: 'news' }, first.cursor)
  expect(second.lines.map(({ line }) => JSON.parse(line).msg)).toEqual(['news 1'])
  time += 2 * hour
  write({ msg: 'news 2' })
  const third = reader.linesAfter({ text: 'news' }, second.cursor)
  expect(third.lines.map(({ line }) => JSON.parse(line).msg)).toEqual(['news 2'])
  expect(reader.linesAfter({ text: 'news' }, third.cursor).lines).toEqual([])
})

test('traces of an order, the first in front; spans in their order, each once', () => {
  expect(reader.tracesOf(order)).toEqual([trace, '2'.repeat(32), '1'.repeat(32)])
  expect(reader.spansOf(trace).map(({ spanId }) => spanId)).toEqual(['b'.repeat(16), '00f067aa0ba902b7'])
  expect(reader.spansOf('f'.repeat(32))).toEqual([])
  expect(reader.newestOrder()).toBe(other)
  store.write({ entries: [], spans: [span({})], positions: new Map() })
  expect(reader.spansOf(trace)).toHaveLength(2)
})
