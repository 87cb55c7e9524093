import { expect, test } from 'vitest'
import type { LogRecord, OutgoingRecord } from '../../../../../../services/shared/runtime/kafka/event-log.ts'
import { deadLetterRecord, type Resolution, resolutionRecord } from '../../../../../../services/shared/runtime/messaging/dead-letter.ts'
import { parkedEventIndex } from '../../../../../../services/shared/runtime/messaging/parked-event-index.ts'
import { toLogRecord } from '../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { sold, time } from '../event-sourcing/react/heard-events.ts'

const event = (offset: number, key = 'A', topic = 'shop.events'): LogRecord => toLogRecord({ ...sold(`e${offset}`, key), topic }, offset)
const letter = (record: LogRecord, code = 'X') => deadLetterRecord('toy.dlq', record, { service: 'toy', code, detail: '', time })
const note = (origin: LogRecord, resolution: Resolution) =>
  resolutionRecord({ service: 'toy', deadLetter: 'toy.dlq/0/0', origin, resolution, time })

function afterTaking(...records: readonly OutgoingRecord[]) {
  const waiting = parkedEventIndex('toy')
  for (const [offset, record] of records.entries()) waiting.take(toLogRecord(record, offset))
  return waiting
}
const offsets = (waiting: ReturnType<typeof parkedEventIndex>) => [...waiting.all()].map(({ offset }) => offset)

test('an event waits from its letter on, and later ones of its key wait behind the first', () => {
  const waiting = afterTaking(letter(event(7)), letter(event(3)), letter(event(5, 'B')))
  expect(waiting.has(event(3))).toBe(true)
  expect(waiting.has(event(4))).toBe(false)
  expect(waiting.has({ ...event(3), partition: 1 })).toBe(false)
  expect(waiting.firstBefore(event(9), 'A')).toBe(3)
  expect(waiting.firstBefore(event(9), 'B')).toBe(5)
  expect(waiting.firstBefore(event(9), 'C')).toBeUndefined()
  expect(waiting.firstBefore(event(2), 'A')).toBeUndefined()
  expect(waiting.firstBefore(event(3), 'A'), 'it does not wait behind itself').toBeUndefined()
  expect(waiting.firstBefore({ ...event(9), partition: 1 }, 'A')).toBeUndefined()
  expect(waiting.holdsUp(event(0))).toBe(true)
  expect(waiting.holdsUp({ topic: 'shop.events', partition: 1 })).toBe(false)
})

test.each<Resolution>(['redriven', 'discarded'])('what is %s does not wait any more, however many letters it has', (end) => {
  const waiting = afterTaking(letter(event(1)), letter(event(1)), letter(event(2)), note(event(1), end))
  expect(offsets(waiting)).toEqual([2])
  expect(waiting.firstBefore(event(9), 'A')).toBe(2)
  expect(offsets(afterTaking(letter(event(1)), note(event(1), end)))).toEqual([])
})

test('what is put aside once more waits once more', () => {
  expect(offsets(afterTaking(letter(event(1)), note(event(1), 'redriven'), letter(event(1))))).toEqual([1])
})

test('garbage waits alone: nothing is held up by it', () => {
  const waiting = afterTaking(letter(event(1), 'HEADERS_INVALID'))
  expect(waiting.has(event(1))).toBe(true)
  expect(waiting.holdsUp(event(1))).toBe(false)
  expect(waiting.firstBefore(event(2), 'A')).toBeUndefined()
})

test('a key whose events are all done with holds nothing up, whatever else waits', () => {
  const waiting = afterTaking(letter(event(1)), letter(event(2, 'B'), 'KEY_INVALID'), note(event(1), 'redriven'))
  expect(offsets(waiting)).toEqual([2])
  expect(waiting.holdsUp(event(0))).toBe(false)
})

test('own commands and events, and what somebody else wrote, are none of it', () => {
  const own = ['toy.commands', 'toy.events'].map((topic) => letter(event(1, 'A', topic)))
  expect(offsets(afterTaking(...own, sold('e', 'A'), note(event(8), 'discarded')))).toEqual([])
})

test('headers of the event itself do not end its waiting', () => {
  const odd = event(1)
  expect(offsets(afterTaking(letter({ ...odd, headers: { ...odd.headers, 'dlq.redriven': Buffer.from('x') } })))).toEqual([1])
})

test('whoever begins at the first letter that counts knows what waits; a letter that came again does not move it', () => {
  const letters = [letter(event(1)), letter(event(5)), letter(event(5)), letter({ ...event(2, 'B'), partition: 1 })]
  expect(parkedEventIndex('toy').firstDeadLetter()).toBeUndefined()
  expect(afterTaking(...letters).firstDeadLetter()).toBe(0)
  const records = [...letters, note(event(1), 'discarded')]
  const waiting = afterTaking(...records)
  expect(waiting.firstDeadLetter()).toBe(1)
  const later = parkedEventIndex('toy')
  for (const [offset, record] of records.entries()) if (offset >= 1) later.take(toLogRecord(record, offset))
  expect([...later.all()]).toEqual([...waiting.all()])
  expect(afterTaking(...records, note(event(5), 'redriven')).firstDeadLetter()).toBe(3)
})

test('what waits is told with its place and its key', () => {
  const elsewhere = { ...event(2, 'B'), partition: 1 }
  expect([...afterTaking(letter(event(1)), letter(elsewhere), letter(event(3), 'KEY_MISPLACED')).all()]).toEqual([
    { topic: 'shop.events', partition: 0, offset: 1, key: 'A' },
    { topic: 'shop.events', partition: 0, offset: 3, key: undefined },
    { topic: 'shop.events', partition: 1, offset: 2, key: 'B' },
  ])
})

test('that something is resolved of which nothing is known changes nothing', () => {
  const waiting = afterTaking(letter(event(1)), note(event(2), 'redriven'), note({ ...event(1), partition: 1 }, 'redriven'))
  expect(offsets(waiting)).toEqual([1])
  expect(waiting.firstBefore(event(9), 'A')).toBe(1)
})

test('a letter without a key, or that does not say why, waits all the same', () => {
  const { 'dlq.code': _, ...silent } = letter(event(1)).headers
  const waiting = afterTaking({ ...letter(event(1)), headers: silent }, letter({ ...event(2), key: null }))
  expect([...waiting.all()].map(({ offset, key }) => [offset, key])).toEqual([
    [1, 'A'],
    [2, undefined],
  ])
})
