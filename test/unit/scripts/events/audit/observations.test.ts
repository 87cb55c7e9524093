import { expect, test } from 'vitest'
import { examineObservations, type Observation, observe } from '../../../../../scripts/events/audit/observations.ts'
import type { LogRecord } from '../../../../../services/shared/runtime/kafka/event-log.ts'
import { told } from './given-steps.ts'

const record = (offset: number, id = `e${offset}`, partition = 0): LogRecord => ({
  topic: 'toy.events',
  partition,
  offset,
  key: null,
  value: null,
  headers: { id: Buffer.from(id) },
})

function examined(history: readonly Observation[], log: readonly LogRecord[]): string[] {
  const examiner = examineObservations(history)
  for (const one of log) examiner.event?.(one)
  return told(examiner)
}

const aborted = 'records that a consumer saw and that are not in the log (aborted reads)'
const unseen = 'records of the log that a consumer has not seen'
const disorder = 'records that a consumer saw twice or out of order'
const log = [record(0), record(2), record(0, 'other', 1)]

test('who saw each record once, partition by partition in order, saw no fault', () => {
  expect(examined(log.map(observe), log)).toEqual([])
  expect(examined([record(0, 'other', 1), record(0), record(2)].map(observe), log)).toEqual([])
  expect(examined([], [])).toEqual([])
})

test('a record without an id is told as one', () => {
  expect(observe({ ...record(0), headers: {} })).toEqual({ topic: 'toy.events', partition: 0, offset: 0, id: undefined })
})

test('a record that was not seen', () => {
  expect(examined([record(0), record(0, 'other', 1)].map(observe), log)).toEqual([`${unseen}: 1: toy.events/0/2`])
})

test('a record that is not in the log, and one that is another there', () => {
  expect(examined([...log, record(3)].map(observe), log)).toEqual([`${aborted}: 1: toy.events/0/3: e3`])
  expect(examined([record(0), record(2, 'torn'), record(0, 'other', 1)].map(observe), log)).toEqual([
    `${aborted}: 1: toy.events/0/2: torn, in the log e2`,
  ])
})

test('a record that came again, or after a later one', () => {
  expect(examined([record(0), record(0), record(2), record(0, 'other', 1)].map(observe), log)).toEqual([
    `${disorder}: 1: toy.events/0/0 after 0`,
  ])
  expect(examined([record(2), record(0), record(0, 'other', 1)].map(observe), log)).toEqual([`${disorder}: 1: toy.events/0/0 after 2`])
})

test('asked again, it does not tell the same records once more', () => {
  const examiner = examineObservations([record(0)].map(observe))
  expect(told(examiner)).toEqual([`${aborted}: 1: toy.events/0/0: e0`])
  expect(told(examiner)).toEqual([`${aborted}: 1: toy.events/0/0: e0`])
})
