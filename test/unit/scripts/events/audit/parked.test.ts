import { expect, test } from 'vitest'
import { examineParked } from '../../../../../scripts/events/audit/parked.ts'
import type { LogRecord } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { deadLetterRecord, resolutionRecord } from '../../../../../services/shared/runtime/messaging/dead-letter.ts'
import { toLogRecord } from '../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { answer, event, step, told } from './given-steps.ts'

const record = (topic: string, offset: number): LogRecord => ({
  topic,
  partition: 0,
  offset,
  key: Buffer.from('a'),
  value: Buffer.from('{}'),
  headers: {},
})
const time = '2026-01-02T03:04:05.000Z'
const letterOf = (parked: LogRecord) => toLogRecord(deadLetterRecord('toy.dlq', parked, { service: 'toy', code: 'X', detail: '', time }), 0)

function parked(outcomes: Parameters<typeof step>[1][], letters: readonly LogRecord[]): string[] {
  const examiner = examineParked()
  for (const [offset, outcome] of outcomes.entries()) examiner.step?.(step(offset, outcome))
  for (const letter of letters) examiner.deadLetter?.(letter)
  return told(examiner)
}

test('a parked command with its letter is no fault', () => {
  expect(parked([[answer(0, 0, 'COMMAND_PARKED')]], [letterOf(record('toy.commands', 0))])).toEqual([])
})

test('an answer "parked" without its letter', () => {
  expect(parked([[answer(0, 0, 'COMMAND_PARKED')]], [])).toEqual([
    'commands answered as parked that are in no dead letter: 1: toy.commands/0/0',
  ])
})

test('it is found among other records of the same command', () => {
  expect(parked([[event(0, 0), answer(1, 0, 'COMMAND_PARKED')]], [])).toHaveLength(1)
})

test('a letter of a command that was answered otherwise', () => {
  expect(parked([[answer(0, 0, 'REFUSED')]], [letterOf(record('toy.commands', 0))])).toEqual([
    'dead letters of commands that were not answered as parked: 1: toy.commands/0/0',
  ])
})

test('letters of events, notes and records that say nothing of their origin are no letters of commands', () => {
  const note = resolutionRecord({
    service: 'toy',
    deadLetter: 'toy.dlq/0/0',
    origin: record('toy.commands', 0),
    resolution: 'discarded',
    time,
  })
  expect(parked([[event(0, 0)]], [letterOf(record('other.events', 0)), toLogRecord(note, 1), record('toy.dlq', 2)])).toEqual([])
})
