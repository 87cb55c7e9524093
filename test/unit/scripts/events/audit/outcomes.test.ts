import { describe, expect, test } from 'vitest'
import { examineOutcomes } from '../../../../../scripts/events/audit/outcomes.ts'
import { answer, event, found, step } from './given-steps.ts'

const garbage = { place: 'toy.events/0/9', unreadable: 'VALUE_INVALID' }
const outcomes = (...steps: Parameters<typeof found>[1]) => found(examineOutcomes(), steps)
const mixed = 'commands with more than one outcome'
const foreign = 'outcomes that do not belong to their command'
const disorder = 'events whose source does not move on (source offsets per partition)'

describe('one outcome a command', () => {
  test('events of one command, or one answer, are no fault', () => {
    expect(outcomes(step(0, [event(0, 0), event(1, 0, { version: 2 })]), step(1, [answer(2, 1)]))).toEqual([])
  })

  test('an answer beside events', () => {
    expect(outcomes(step(0, [event(0, 0), answer(1, 0, 'NO')]))).toEqual([`${mixed}: 1: toy.commands/0/0`])
  })

  test('two answers', () => {
    expect(outcomes(step(0, [answer(0, 0, 'NO'), answer(1, 0)]))).toEqual([`${mixed}: 1: toy.commands/0/0`])
  })

  test('events of two commands that name one source', () => {
    expect(outcomes(step(0, [event(0, 0), event(1, 7)]))).toEqual([`${mixed}: 1: toy.commands/0/0`, `${foreign}: 1: toy.commands/0/0`])
  })

  test('more than one outcome is told of a command that has expired as well', () => {
    const { command: _, ...expired } = step(0, [event(0, 0), answer(1, 0)])
    expect(outcomes(expired)).toEqual([`${mixed}: 1: toy.commands/0/0`])
  })
})

describe('an outcome belongs to its command', () => {
  test('caused by another one', () => {
    expect(outcomes(step(0, [event(0, 7)]))).toEqual([`${foreign}: 1: toy.commands/0/0`])
  })

  test('of another aggregate', () => {
    expect(outcomes(step(0, [event(0, 0, { aggregateId: 'b' })]))).toEqual([`${foreign}: 1: toy.commands/0/0`])
  })

  test('one of its events of another aggregate', () => {
    expect(outcomes(step(0, [event(0, 0), event(1, 0, { aggregateId: 'b' })]))).toEqual([`${foreign}: 1: toy.commands/0/0`])
  })

  test('of a command that is gone, or cannot be read, nobody can say so', () => {
    const { command: _, ...expired } = step(0, [event(0, 7)])
    expect(outcomes(expired, step(1, [event(1, 8)], { command: { failure: 'SCHEMA_MISMATCH', detail: 'no JSON' } }))).toEqual([])
  })
})

describe('nothing lost', () => {
  test('a command without outcome before one that has one was passed over, once', () => {
    expect(outcomes(step(0, []), step(1, [event(0, 1)]), step(2, [event(1, 2, { version: 2 })]))).toEqual([
      'commands that were passed over: 1: toy.commands/0/0',
    ])
  })

  test('commands at the end wait to be decided, each partition its own', () => {
    expect(outcomes(step(0, []), step(1, []), step(0, [event(0, 0)], { partition: 1, source: 'toy.commands/1/0' }))).toEqual([
      'commands that wait to be decided: 2: toy.commands/0/0; toy.commands/0/1',
    ])
  })
})

describe('sources move on', () => {
  test('a source that comes again', () => {
    expect(outcomes(step(3, [event(0, 3)]), step(3, [event(1, 3, { version: 2 })]))).toEqual([
      `${disorder}: 1: toy.commands/0/3 after toy.commands/0/3`,
    ])
  })

  test('a source of another partition', () => {
    expect(outcomes(step(0, [event(0, 0)], { source: 'toy.commands/1/0' }))).toEqual([
      `${disorder}: 1: toy.commands/1/0 after toy.commands/0/undefined`,
    ])
  })

  test('an event without source, unless it is garbage or our note that an event was put aside', () => {
    expect(outcomes(step(0, [event(0, 0)], { source: undefined }))).toEqual([`${disorder}: 1: undefined after toy.commands/0/undefined`])
    expect(outcomes(step(0, [garbage], { source: undefined }))).toEqual([])
    expect(outcomes(step(0, [answer(0, 0, 'EVENT_PARKED')], { source: undefined }))).toEqual([])
    expect(outcomes(step(0, [answer(0, 0, 'OTHER')], { source: undefined }))).toEqual([
      `${disorder}: 1: undefined after toy.commands/0/undefined`,
    ])
    expect(outcomes(step(0, [garbage, event(1, 0)], { source: undefined }))).toEqual([
      `${disorder}: 1: undefined after toy.commands/0/undefined`,
    ])
  })

  test('a note that says which command it follows moves the source on', () => {
    expect(outcomes(step(0, [answer(0, 0, 'EVENT_PARKED')]), step(0, [answer(1, 0, 'EVENT_PARKED')]))).toContain(
      `${disorder}: 1: toy.commands/0/0 after toy.commands/0/0`,
    )
  })
})

test('an id that comes twice is told with both its place and its type', () => {
  const twice = [step(0, [event(0, 0)]), step(1, [event(1, 1, { id: 'e0', version: 2 })])]
  expect(outcomes(...twice)).toEqual(['event ids that occur twice: 1: toy.events/0/1 toy.Added e0'])
})
