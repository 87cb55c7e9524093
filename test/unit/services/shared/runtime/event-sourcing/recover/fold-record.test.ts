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
