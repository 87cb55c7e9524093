import { expect, test } from 'vitest'
import { foldRecord } from '../../../../../../../services/shared/runtime/event-sourcing/recover/fold-record.ts'
import {
  emptyPartitionState,
  type PartitionState,
} from '../../../../../../../services/shared/runtime/event-sourcing/recover/partition-state.ts'
import { encodeRecord } from '../../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { toLogRecord } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { type Account, accountRules } from '../toy-account.ts'

const sound = accountRules('toy')
const brittle = {
  ...sound,
  decider: {
    ...sound.decider,
    evolve: (state: Account, event: Parameters<typeof sound.decider.evolve>[1]) => {
      if (event.data.cents === 13) throw new Error('no such deposit')
      return sound.decider.evolve(state, event)
    },
  },
}
const record = (offset: number, type: string, version: number, data: unknown, source?: string) => {
  const envelope = {
    id: `e${offset}`,
    type,
    schemaVersion: 1,
    aggregateId: 'a',
    version,
    causationId: 'c',
    correlationId: 'c',
    time: '2026-01-01T00:00:00.000Z',
  }
  return toLogRecord(encodeRecord('toy.events', { ...envelope, ...(source !== undefined && { source }) }, data, 0), offset)
}
const deposited = (offset: number, version: number, cents: number, source?: string) =>
  record(offset, 'toy.Deposited', version, { ref: `r${offset}`, cents }, source)
const fold = (partitionState: PartitionState<Account>, ...records: ReturnType<typeof record>[]) => {
  for (const one of records) foldRecord(brittle, partitionState, one, 'toy.commands/0/')
  return partitionState
}
const corrupt = ({ corruptEvents: found }: PartitionState<Account>) => [...found].map(([offset, { why }]) => [offset, why])

test('an event that the decider cannot fold is corrupt, and its aggregate is undecidable from there on', () => {
  const partitionState = fold(emptyPartitionState(), deposited(0, 1, 5), deposited(1, 2, 13), deposited(2, 3, 1))
  expect(corrupt(partitionState)).toEqual([[1, { code: 'EVOLVE_FAILED', detail: 'no such deposit' }]])
  expect(partitionState.aggregates.get('a')).toMatchObject({
    state: { cents: 5 },
    version: 1,
    undecidable: { code: 'EVOLVE_FAILED', detail: 'event toy.events/0/1: no such deposit' },
  })
})

test('a version that was there is corrupt and changes nothing; a gap makes the aggregate undecidable', () => {
  const again = fold(emptyPartitionState(), deposited(0, 1, 5), deposited(1, 1, 7))
  expect(corrupt(again)).toEqual([[1, { code: 'VERSION_OUT_OF_ORDER', detail: '1 follows 1' }]])
  expect(again.aggregates.get('a')).toEqual({ state: { cents: 5, refs: ['r0'] }, version: 1 })
  const gap = fold(emptyPartitionState(), deposited(0, 1, 5), deposited(1, 3, 7))
  expect(corrupt(gap)).toEqual([[1, { code: 'VERSION_OUT_OF_ORDER', detail: '3 follows 1' }]])
  expect(gap.aggregates.get('a')?.undecidable).toEqual({ code: 'VERSION_OUT_OF_ORDER', detail: 'event toy.events/0/1: 3 follows 1' })
})

test('data that does not fit its schema is corrupt, and what follows cannot be decided', () => {
  const partitionState = fold(emptyPartitionState(), record(0, 'toy.Deposited', 1, { ref: 'r', cents: 'many' }))
  expect(corrupt(partitionState)).toEqual([[0, { code: 'SCHEMA_MISMATCH', detail: expect.stringContaining('cents') }]])
  expect(partitionState.aggregates.get('a')?.undecidable?.code).toBe('SCHEMA_MISMATCH')
})

test('an answer that is none is corrupt, and hurts no aggregate', () => {
  const partitionState = fold(emptyPartitionState(), deposited(0, 1, 5), record(1, 'toy.CommandAnswered', 0, { outcome: 'perhaps' }))
  expect(corrupt(partitionState)).toEqual([[1, { code: 'SCHEMA_MISMATCH', detail: 'no answer to a command' }]])
  expect(partitionState.aggregates.get('a')).toEqual({ state: { cents: 5, refs: ['r0'] }, version: 1 })
  const garbled = { ...record(0, 'toy.CommandAnswered', 0, {}), value: Buffer.from('{') }
  const [[, why] = []] = corrupt(fold(emptyPartitionState(), garbled))
  expect(why).toMatchObject({ code: 'SCHEMA_MISMATCH', detail: expect.not.stringContaining('no answer') })
})

test('the next command is the one behind the last source, whatever order sources come in; sources of other partitions say nothing', () => {
  const partitionState = fold(emptyPartitionState(), deposited(0, 1, 5, 'toy.commands/0/4'), deposited(1, 2, 5, 'toy.commands/0/2'))
  expect(partitionState.commandsOffset).toBe(5)
  expect(fold(emptyPartitionState(), deposited(0, 1, 5, 'toy.commands/1/4')).commandsOffset).toBe(0)
})

test('what an aggregate had in its snapshot is not folded again', () => {
  const partitionState = emptyPartitionState<Account>()
  partitionState.snapshotCoverage.set('a', 3)
  partitionState.aggregates.set('a', { state: { cents: 9, refs: [] }, version: 1 })
  fold(partitionState, deposited(0, 1, 5, 'toy.commands/0/2'))
  expect(partitionState.aggregates.get('a')).toEqual({ state: { cents: 9, refs: [] }, version: 1 })
  expect(corrupt(partitionState)).toEqual([])
  fold(partitionState, deposited(1, 2, 5, 'toy.commands/0/3'))
  expect(partitionState.aggregates.get('a')?.version).toBe(2)
})

const answer = (offset: number, data: object, aggregateId = 'a') =>
  toLogRecord(
    encodeRecord(
      'toy.events',
      {
        id: `e${offset}`,
        type: 'toy.CommandAnswered',
        schemaVersion: 1,
        aggregateId,
        version: 0,
        causationId: 'c1',
        correlationId: 'c1',
        time: '2026-01-01T00:00:00.000Z',
      },
      data,
      0,
    ),
    offset,
  )
const refusal = { commandId: 'c1', commandType: 'Deposit', outcome: 'refused', code: 'NEGATIVE', detail: '-1' }
const parked = { ...refusal, code: 'COMMAND_PARKED' }

test.each<[string, object, number | undefined]>([
  ['a refusal', refusal, 3],
  ['an answer that nothing changes', { commandId: 'c1', commandType: 'Deposit', outcome: 'unchanged' }, 3],
  ['a discarded command', { ...refusal, code: 'COMMAND_DISCARDED' }, 3],
  ['a command in quarantine', parked, undefined],
  ['a command that nobody could read', { ...parked, commandType: 'Unreadable' }, undefined],
  ['an event that was put aside', { ...refusal, commandType: 'Unreadable', code: 'EVENT_PARKED' }, undefined],
  ['a repetition', { commandId: 'c1', commandType: 'Deposit', outcome: 'unchanged', repeats: 'toy.events/0/0' }, undefined],
  ['what is no answer', { outcome: 'perhaps' }, undefined],
])('whether a command that comes again finds its answer: %s', (_, data, offset) => {
  const { answered } = fold(emptyPartitionState({ offsets: 100, ms: 1000 }), answer(3, data))
  expect(answered?.find({ aggregateId: 'a', commandId: 'c1' }, { offset: 4, time: '2026-01-01T00:00:00.000Z' })).toBe(offset)
})

test('an answer that cannot be read is corrupt, and answers nobody', () => {
  const partitionState = fold(emptyPartitionState({ offsets: 100, ms: 1000 }), { ...answer(3, refusal), value: Buffer.from('{') })
  expect(corrupt(partitionState)).toMatchObject([[3, { code: 'SCHEMA_MISMATCH' }]])
  const found = partitionState.answered?.find({ aggregateId: 'a', commandId: 'c1' }, { offset: 4, time: '2026-01-01T00:00:00.000Z' })
  expect(found).toBeUndefined()
})

test('a corrupt event is put aside once: by the record that names it, and by no other answer', () => {
  const garbage = (offset: number) => ({ ...deposited(offset, 1, 5), headers: {} })
  const partitionState = fold(emptyPartitionState(), garbage(0), garbage(12), answer(13, { ...refusal, commandId: '0' }))
  expect(corrupt(partitionState).map(([offset]) => offset)).toEqual([0, 12])
  fold(partitionState, answer(14, { commandId: 'toy.events/0/12', commandType: 'Unreadable', outcome: 'refused', code: 'EVENT_PARKED' }))
  expect(corrupt(partitionState).map(([offset]) => offset)).toEqual([0])
})

test('answers that put nothing aside make no aggregate and no snapshot due', () => {
  const { aggregates, dirty } = fold(
    emptyPartitionState(),
    answer(0, refusal),
    answer(1, { ...parked, commandType: 'Unreadable' }),
    answer(2, { ...refusal, commandType: 'Unreadable', code: 'EVENT_PARKED', commandId: 'toy.events/0/9' }),
  )
  expect([aggregates.size, dirty.size]).toEqual([0, 0])
})

test('only answers to commands that wait change the quarantine of an aggregate', () => {
  const partitionState = fold(emptyPartitionState(), answer(0, parked))
  const before = partitionState.aggregates.get('a')
  expect(before?.quarantine?.waiting.toArray()).toEqual(['c1'])
  partitionState.dirty.clear()
  fold(partitionState, answer(1, { ...refusal, commandId: 'other' }))
  expect(partitionState.aggregates.get('a')).toBe(before)
  expect(partitionState.dirty.size).toBe(0)
  fold(partitionState, answer(2, refusal))
  expect(partitionState.aggregates.get('a')?.quarantine?.waiting.toArray()).toEqual([])
  expect([...partitionState.dirty]).toEqual([['a', 2]])
})
