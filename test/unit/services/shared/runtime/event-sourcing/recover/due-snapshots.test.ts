import { expect, test } from 'vitest'
import { dueSnapshots } from '../../../../../../../services/shared/runtime/event-sourcing/recover/due-snapshots.ts'
import {
  type Aggregate,
  emptyPartitionState,
  type PartitionState,
} from '../../../../../../../services/shared/runtime/event-sourcing/recover/partition-state.ts'
import { type Account, accountRules, accountSnapshots } from '../toy-account.ts'

const { decider, ...rules } = accountRules('toy')
const saving = { ...rules, decider: { ...decider, snapshot: accountSnapshots } }
const interval = 5

/** An account whose snapshot has about so many bytes. */
const account = (bytes = 0): Aggregate<Account> => ({ state: { cents: 1, refs: ['x'.repeat(bytes)] }, version: 1 })

/** A partition whose events end at an offset; its aggregates lack a snapshot since theirs. */
function partition(eventsOffset: number, since: Readonly<Record<string, number>>, bytes = 0): PartitionState<Account> {
  const partitionState = { ...emptyPartitionState<Account>(), eventsOffset }
  for (const [id, offset] of Object.entries(since)) {
    partitionState.aggregates.set(id, account(bytes))
    partitionState.dirty.set(id, offset)
  }
  return partitionState
}
const due = (partitionState: PartitionState<Account>, of: ReturnType<typeof accountRules> = saving) =>
  dueSnapshots(of, 0, partitionState, { changed: new Map(), commandsOffset: 7, interval })
const saved = (partitionState: PartitionState<Account>) => [...due(partitionState).saved.keys()]

test('an aggregate gets its snapshot after as many records as the interval says, not before', () => {
  expect(saved(partition(14, { a: 10 }))).toEqual([])
  expect(saved(partition(15, { a: 10 }))).toEqual(['a'])
})

test('a large one waits for a record more for each KiB, and holds up none of the small ones', () => {
  const at = (eventsOffset: number) => {
    const partitionState = partition(eventsOffset, { large: 0, small: 1 })
    partitionState.snapshotBytes.set('large', 256 * 1024)
    return saved(partitionState)
  }
  expect(at(255)).toEqual(['small'])
  expect(at(256)).toEqual(['large', 'small'])
})

test('a snapshot says from where on events are missing in those that are left', () => {
  const positions = (partitionState: PartitionState<Account>) => due(partitionState).records.map(({ value }) => JSON.parse(String(value)))
  expect(positions(partition(20, { a: 1, b: 2, late: 18 }))).toMatchObject([
    { recoverFrom: 2, commandsOffset: 7 },
    { recoverFrom: 18, commandsOffset: 7 },
  ])
  expect(positions(partition(20, { a: 1 }))).toMatchObject([{ recoverFrom: 20 }])
})

test('one transaction takes 200 at most, the oldest', () => {
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, offset) => [`a${offset}`, offset]))
  expect(saved(partition(1000, many))).toEqual(Object.keys(many).slice(0, 200))
})

test('one transaction takes no more bytes than a batch has room for; what is larger goes alone', () => {
  expect(saved(partition(100, { a: 1, b: 2, c: 3 }, 200 * 1024))).toEqual(['a', 'b'])
  expect(saved(partition(100, { a: 1, b: 2 }, 300 * 1024))).toEqual(['a'])
  expect(saved(partition(100, { a: 1, b: 2 }, 600 * 1024))).toEqual(['a'])
})

test('what has a snapshot and no events gets a tombstone', () => {
  const partitionState = partition(100, { nobody: 0 })
  partitionState.aggregates.clear()
  expect(due(partitionState).records).toEqual([{ topic: 'toy.snapshots', partition: 0, key: 'nobody', value: null, headers: {} }])
})

test('a service without snapshots writes none, whatever has changed', () => {
  expect(due(partition(100, { a: 1 }), { ...rules, decider })).toEqual({ records: [], saved: new Map() })
})
