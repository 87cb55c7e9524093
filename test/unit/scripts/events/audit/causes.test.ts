import { describe, expect, test } from 'vitest'
import { examineCauses } from '../../../../../scripts/events/audit/causes.ts'
import type { Step } from '../../../../../scripts/events/audit/step.ts'
import type { LogRecord } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { deadLetterRecord, type Resolution, resolutionRecord } from '../../../../../services/shared/runtime/messaging/dead-letter.ts'
import { deriveId } from '../../../../../services/shared/runtime/messaging/derive-id.ts'
import { toLogRecord } from '../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { answer, command, event, step, told } from './given-steps.ts'

/** `other` books what `toy` has added. */
const rules = {
  toy: { decider: undefined as never, reactions: {}, subscribesTo: [] },
  other: {
    decider: undefined as never,
    reactions: { 'toy.Added': () => [{ aggregateId: 'book', command: { type: 'Book', data: {} } }] },
    subscribesTo: ['toy'],
  },
}
const missing = 'reactions that have not happened (events without the commands that they lead to)'
const heldUp = 'events that their listeners have put aside, and those behind them (`parked` lists them)'
const uncalled = 'commands whose cause is no event of the log'

const time = '2026-01-02T03:04:05.000Z'
const reaction = (cause: string) => deriveId(cause, 'book', 'Book')
const added = step(0, [event(0, 0)])
const booking = (cause = 'e0', outcome: Step['outcome'] = [], change = {}): Step =>
  step(0, outcome, {
    service: 'other',
    source: 'other.commands/0/0',
    command: command(0, { id: reaction(cause), type: 'Book', causationId: cause, ...change }),
  })

const record: LogRecord = { topic: 'toy.events', partition: 0, offset: 0, key: Buffer.from('a'), value: Buffer.from('{}'), headers: {} }
const aside = (of = record, code = 'X') => toLogRecord(deadLetterRecord('other.dlq', of, { service: 'other', code, detail: '', time }), 0)
const end = (resolution: Resolution) =>
  toLogRecord(resolutionRecord({ service: 'other', deadLetter: 'other.dlq/0/0', origin: record, resolution, time }), 1)

function causes(steps: readonly Step[], letters: readonly LogRecord[] = [], settledBefore?: number): string[] {
  const examiner = examineCauses(rules, settledBefore)
  for (const one of steps) examiner.step?.(one)
  for (const letter of letters) examiner.deadLetter?.(letter)
  return told(examiner)
}

describe('each event leads to its commands', () => {
  test('in whichever order they are met', () => {
    expect(causes([added, booking()])).toEqual([])
    expect(causes([booking(), added])).toEqual([])
  })

  test('a command that has expired is known by its outcome', () => {
    const { command: _, ...expired } = booking('e0', [event(5, 0, { causationId: reaction('e0'), type: 'other.Booked' })])
    expect(causes([added, expired])).toEqual([])
    expect(causes([expired, added])).toEqual([])
  })

  test('one that is not there is missing', () => {
    expect(causes([added])).toEqual([`${missing}: 1: toy.events/0/0 toy.Added → other Book`])
    expect(causes([added, booking('e7')])).toEqual([
      `${missing}: 1: toy.events/0/0 toy.Added → other Book`,
      `${uncalled}: 1: other.commands/0/0 Book of e7`,
    ])
  })

  test('of the command of another service with the same id nobody can say that it is there', () => {
    expect(causes([added, { ...booking(), service: 'toy' }])).toContain(`${missing}: 1: toy.events/0/0 toy.Added → other Book`)
  })

  test('answers, and what cannot be read, lead to nothing', () => {
    expect(causes([step(0, [answer(0, 0), { place: 'toy.events/0/1', unreadable: 'X' }])])).toEqual([])
    expect(causes([step(0, [event(0, 0, { version: 0 })])])).toEqual([])
  })

  test('younger events may not have been heard yet', () => {
    const at = Date.parse(time)
    expect(causes([added], [], at)).toEqual([])
    expect(causes([added], [], at + 1)).toHaveLength(1)
  })
})

describe('events that were put aside', () => {
  test('are held up, not missing, and their keys are told', () => {
    expect(causes([added], [aside()])).toEqual([`${heldUp}: 1: other toy.events/0/0 of a`])
  })

  test('discarded, they need not lead to anything; redriven, they must', () => {
    expect(causes([added], [aside(), end('discarded')])).toEqual([])
    expect(causes([added], [aside(), end('redriven')])).toEqual([`${missing}: 1: toy.events/0/0 toy.Added → other Book`])
  })

  test('another event does not stand for it', () => {
    expect(causes([added, booking()], [aside({ ...record, offset: 9 })])).toEqual([`${heldUp}: 1: other toy.events/0/9 of a`])
    expect(causes([added], [aside({ ...record, offset: 9 })])).toHaveLength(2)
  })

  test('behind garbage nothing waits, and services that are not known wait for nobody', () => {
    expect(causes([added, booking()], [aside({ ...record, offset: 9 }, 'HEADERS_INVALID')])).toEqual([])
    const strange = toLogRecord(deadLetterRecord('strange.dlq', record, { service: 'strange', code: 'X', detail: '', time }), 0)
    expect(causes([added, booking()], [strange])).toEqual([])
  })
})

describe('each command has a cause', () => {
  test('a command that somebody outside gave is its own', () => {
    expect(causes([step(0, [])])).toEqual([])
  })

  test('one whose cause nobody wrote', () => {
    expect(causes([booking('e7')])).toEqual([`${uncalled}: 1: other.commands/0/0 Book of e7`])
    expect(causes([booking('e7', [answer(0, 0)])])).toHaveLength(1)
  })

  test.each(['COMMAND_PARKED', 'COMMAND_DISCARDED'])('made up, but answered %s, it has changed nothing', (code) => {
    expect(causes([booking('e7', [answer(0, 0, code)])])).toEqual([])
    expect(causes([booking('e7', [answer(0, 0, 'OTHER')])])).toHaveLength(1)
  })

  test('a younger one may follow from an event that was not read any more', () => {
    const at = Date.parse(time)
    expect(causes([booking('e7')], [], at)).toEqual([])
    expect(causes([booking('e7')], [], at + 1)).toHaveLength(1)
  })

  test('one that cannot be read claims nothing', () => {
    expect(causes([step(0, [], { command: { failure: 'SCHEMA_MISMATCH', detail: '' } })])).toEqual([])
  })
})

test('asked again, it does not tell the same once more', () => {
  const examiner = examineCauses(rules)
  for (const one of [added, booking('e7')]) examiner.step?.(one)
  const first = told(examiner)
  expect(first).toHaveLength(2)
  expect(told(examiner)).toEqual(first)
})
