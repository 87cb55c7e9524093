import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chunkJoiner, chunks } from '../../../../../../../services/shared/runtime/event-sourcing/recover/chunking.ts'
import type { LogRecord, OutgoingRecord } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { toLogRecord } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'

const maxBytes = 8
const record = (key: string, value: string) => ({ topic: 't', partition: 0, key, value, headers: {} })
const keyOf = ({ key }: LogRecord): string => String(key?.toString('hex'))

/** Written one after the other, then read: what stands last under each key. */
function read(written: readonly LogRecord[]): Map<string, string> {
  const join = chunkJoiner()
  const values = new Map<string, string>()
  for (const part of written) {
    const whole = join(part)
    if (whole) values.set(String(part.key), typeof whole === 'string' ? whole : String(whole.value))
  }
  return values
}

test('values of any length come back, whatever compaction has taken of those that were replaced', () => {
  const texts = fc.array(fc.tuple(fc.constantFrom('a', 'ab', 'a\u00ff0', '0'), fc.string({ unit: 'grapheme', maxLength: 40 })), {
    minLength: 1,
    maxLength: 8,
  })
  fc.assert(
    fc.property(texts, fc.array(fc.boolean(), { maxLength: 100 }), (written, kept) => {
      const log = written.flatMap(([key, value]) => chunks(record(key, value), maxBytes)).map(toLogRecord)
      const last = new Map(log.map((part) => [keyOf(part), part.offset]))
      const compacted = log.filter((part) => last.get(keyOf(part)) === part.offset || kept[part.offset])
      expect(read(compacted)).toEqual(new Map(written))
    }),
    { numRuns: 2000 },
  )
})

test('no part is larger than it may be, and a small record stays as it is', () => {
  const small = record('a', '12345678')
  expect(chunks(small, maxBytes)).toEqual([small])
  const parts = chunks(record('a', 'ä'.repeat(10)), maxBytes)
  expect(parts.map(({ value }) => value?.length)).toEqual([8, 8, 4])
  expect(parts.at(-1)).toMatchObject({ key: 'a', headers: { bytes: '20' } })
})

test.each<[string, (parts: OutgoingRecord[]) => OutgoingRecord[], string]>([
  ['that misses a part', (parts) => parts.filter((_, index) => index !== 1), 'part 1 is missing'],
  [
    'with a part that is not its own',
    (parts) => parts.with(1, { ...parts[1], value: 'longer than it was' } as OutgoingRecord),
    'bytes together',
  ],
])('a value %s is none', (_, spoil, complaint) => {
  const log = spoil(chunks(record('a', 'x'.repeat(30)), maxBytes)).map(toLogRecord)
  expect(read(log).get('a')).toContain(complaint)
})

test('a value whose own parts are all missing is not filled up with those of the one before', () => {
  const [before, after] = ['x', 'y'].map((letter) => chunks(record('a', letter.repeat(24)), maxBytes))
  const log = [...(before ?? []), ...(after ?? []).slice(-1)].map(toLogRecord)
  expect(read(log).get('a')).toBe('part 0 is missing')
})

test('a part that was removed is missing, also when an earlier one of its number is there', () => {
  const [first, ...rest] = chunks(record('a', 'x'.repeat(24)), maxBytes) as [OutgoingRecord, ...OutgoingRecord[]]
  expect(read([first, { ...first, value: null }, ...rest].map(toLogRecord)).get('a')).toBe('part 0 is missing')
})

test('a record without a key is nobody’s part', () => {
  const keyless = toLogRecord({ ...record('a', 'x'), key: null }, 0)
  expect(chunkJoiner()(keyless)).toBe(keyless)
})
