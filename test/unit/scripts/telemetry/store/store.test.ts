import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { segmentsIn, setAsideName } from '../../../../../scripts/telemetry/store/folder.ts'
import { openReader } from '../../../../../scripts/telemetry/store/reader.ts'
import type { Batch, LogEntry } from '../../../../../scripts/telemetry/store/records.ts'
import { openStore, type Store, type StoreBounds } from '../../../../../scripts/telemetry/store/store.ts'

const hour = 3_600_000
const plenty = { bytes: 1024 * 1024 * 1024, ageMs: 8 * hour, roomBytes: 1000 }

let folder = ''
let time = Date.parse('2026-01-02T03:04:05Z')
let free = 1_000_000
let said: string[] = []
const stores: Store[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'breakwater-store-'))
  free = 1_000_000
  said = []
})
afterEach(async () => {
  for (const store of stores.splice(0)) store.close()
  await rm(folder, { recursive: true })
})

function open(bounds: StoreBounds = plenty): Store {
  const store = openStore({ folder, bounds, now: () => time, log: (_, line) => said.push(line), freeBytes: () => free })
  stores.push(store)
  return store
}
function close(): void {
  for (const store of stores.splice(0)) store.close()
}
const entry = (msg: string, at = time): LogEntry => ({
  time: at,
  level: 30,
  workload: 'catalog',
  replica: 'catalog-0',
  line: JSON.stringify({ msg }),
  text: msg,
})
const batch = (messages: readonly string[], offset = 0): Batch => ({
  entries: messages.map((msg) => entry(msg)),
  spans: [],
  positions: new Map([['/shop.log', { fingerprint: 'first line', offset }]]),
})
function stored(): string[] {
  const reader = openReader(folder)
  try {
    return reader.latest({}, 1_000_000).lines.map(({ line }) => JSON.parse(line).msg)
  } finally {
    reader.close()
  }
}

test('what was written is there after a restart, with how far files were read', () => {
  open().write(batch(['one', 'two'], 17))
  close()
  const again = open()
  expect(again.positions()).toEqual(new Map([['/shop.log', { fingerprint: 'first line', offset: 17 }]]))
  again.write(batch(['three'], 23))
  expect(stored()).toEqual(['one', 'two', 'three'])
})

test('a store has one writer, and another one when that has ended', () => {
  open().write(batch(['one']))
  expect(() => open()).toThrow(`another process writes the store in ${folder}`)
  expect(stored()).toEqual(['one'])
  close()
  open().write(batch(['two']))
  expect(stored()).toEqual(['one', 'two'])
})

test('a batch that fails leaves nothing of it behind', () => {
  const store = open()
  store.write(batch(['one'], 1))
  const broken = { ...batch(['two'], 2), spans: [{ traceId: {} }] } as unknown as Batch
  expect(() => store.write(broken)).toThrow()
  expect(store.positions().get('/shop.log')).toMatchObject({ offset: 1 })
  store.write(batch(['three'], 3))
  expect(stored()).toEqual(['one', 'three'])
})

test('the oldest segment goes when there is too much, and the newest lines stay', () => {
  const store = open({ ...plenty, bytes: 2 * 1024 * 1024 })
  for (let number = 0; number < 400; number++) store.write(batch([`${number} ${'x'.repeat(10_000)}`], number))
  const lines = stored()
  expect(lines.at(-1)).toMatch(/^399 /)
  expect(lines.length).toBeGreaterThan(50)
  expect(lines.length).toBeLessThan(250)
  expect(segmentsIn(folder).length).toBeLessThanOrEqual(9)
  close()
  // Whoever reads the files on is told by a segment that has seen nothing of most of them.
  expect(open().positions().get('/shop.log')).toMatchObject({ offset: 399 })
})

test('a new segment knows the positions of files that bring nothing new', () => {
  const store = open()
  store.write({ ...batch([]), positions: new Map([['/quiet.log', { fingerprint: 'q', offset: 5 }]]) })
  store.write(batch(['one'], 1))
  time += 2 * hour
  store.write(batch(['two'], 2))
  expect(segmentsIn(folder)).toHaveLength(2)
  close()
  expect([...open().positions().keys()].sort()).toEqual(['/quiet.log', '/shop.log'])
})

test('what is too old goes, one segment an hour: a clock that jumps costs little', () => {
  const store = open()
  for (let part = 0; part < 5; part++) {
    store.write(batch([`part ${part}`], part))
    time += 2 * hour
  }
  expect(segmentsIn(folder)).toHaveLength(5)
  // Segments are as old as their files, and those were all written just now.
  const years = 50 * 365 * 24 * hour
  time += years
  store.sweep()
  store.sweep()
  expect(segmentsIn(folder)).toHaveLength(4)
  time += 1.1 * hour
  store.sweep()
  expect(segmentsIn(folder)).toHaveLength(3)
  time -= years
  store.sweep()
  expect(segmentsIn(folder)).toHaveLength(3)
  store.write(batch(['still here'], 9))
  expect(stored().at(-1)).toBe('still here')
})

test('on a full disk nothing is written, once said; afterwards all goes on', () => {
  const store = open()
  store.write(batch(['one'], 1))
  free = 10
  store.sweep()
  expect(store.write(batch(['two'], 2))).toBe('no-room')
  expect(store.write(batch(['two'], 2))).toBe('no-room')
  expect(said).toEqual([`there is no room in ${folder}: nothing is stored until there is; the log files have it`])
  free = 1_000_000
  expect(store.write(batch(['two'], 2))).toBe('written')
  expect(said.at(-1)).toBe(`there is room in ${folder} again`)
  expect(stored()).toEqual(['one', 'two'])
})

test('old segments make room before anything is refused', () => {
  const store = open()
  store.write(batch(['old'], 1))
  time += 2 * hour
  store.write(batch(['new'], 2))
  free = 10
  store.sweep()
  expect(stored()).toEqual(['new'])
})

test('a file that is no database is set aside, with a word, and a new one begins', () => {
  open().write(batch(['one'], 1))
  close()
  writeFileSync(segmentsIn(folder)[0]?.file ?? '', 'not a database at all, and long enough to be read as one'.repeat(100))
  const store = open()
  expect(said).toEqual([
    expect.stringMatching(/^00000001\.db is damaged \(file is not a database\): it is set aside as .*damaged\.db, and a new one begins$/),
  ])
  expect(readFileSync(join(folder, setAsideName), 'utf8')).toContain('not a database at all')
  expect(store.positions().size).toBe(0)
  store.write(batch(['two'], 2))
  expect(stored()).toEqual(['two'])
})

test('a segment that is damaged while it is written is set aside, and files are read on from the one before', () => {
  const store = open()
  store.write(batch(['one'], 1))
  time += 2 * hour
  store.write(batch(['two'], 2))
  close()
  const again = open()
  const newest = segmentsIn(folder).at(-1)?.file ?? ''
  const bytes = readFileSync(newest)
  // It is open already: what it finds now is nothing that it wrote.
  writeFileSync(newest, Buffer.concat([bytes.subarray(0, 8192), Buffer.alloc(bytes.length - 8192, 0xee)]))
  expect(again.write(batch(['three'], 3))).toBe('reset')
  expect(said).toEqual([expect.stringContaining('00000002.db is damaged')])
  expect(existsSync(join(folder, setAsideName))).toBe(true)
  expect(again.positions().get('/shop.log')).toMatchObject({ offset: 1 })
  expect(again.write(batch(['two', 'three'], 3))).toBe('written')
  expect(stored()).toEqual(['one', 'two', 'three'])
})

test('a reader passes over a damaged segment, and names it', () => {
  const store = open()
  store.write(batch(['one'], 1))
  time += 2 * hour
  store.write(batch(['two'], 2))
  close()
  const [oldest] = segmentsIn(folder)
  truncateSync(oldest?.file ?? '', 9000)
  const reader = openReader(folder)
  expect(reader.latest({}, 10).lines.map(({ line }) => JSON.parse(line).msg)).toEqual(['two'])
  expect(reader.damaged).toEqual([expect.stringContaining('00000001.db is damaged and left out')])
  reader.close()
})
