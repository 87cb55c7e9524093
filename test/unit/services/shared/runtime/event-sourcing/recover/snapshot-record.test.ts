import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { quarantineOf } from '../../../../../../../services/shared/runtime/event-sourcing/quarantine/quarantine.ts'
import type { Aggregate } from '../../../../../../../services/shared/runtime/event-sourcing/recover/partition-state.ts'
import { snapshotReader, snapshotRecords } from '../../../../../../../services/shared/runtime/event-sourcing/recover/snapshot-record.ts'
import { toLogRecord } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { type Account, accountSnapshots } from '../toy-account.ts'

const position = { commandsOffset: 4, recoverFrom: 3 }
const account: Aggregate<Account> = { state: { cents: 5, refs: ['r'] }, version: 1 }
const written = (aggregate: Aggregate<Account>) =>
  snapshotRecords('toy', 0, accountSnapshots, 'a', aggregate, position).map((record) => toLogRecord(record, 0))

const read = snapshotReader(accountSnapshots)

test.each<[string, Aggregate<Account>]>([
  ['nothing ever was in quarantine', account],
  ['one waits and one was released', { ...account, quarantine: quarantineOf(['c1'], ['c2']) }],
  ['only some were released', { ...account, quarantine: quarantineOf([], ['c2']) }],
])('an aggregate comes back from its snapshot as it was: %s', (_, aggregate) => {
  const [record, ...parts] = written(aggregate)
  expect(parts).toEqual([])
  expect(record && read(record)).toStrictEqual({ aggregate, position, bytes: record?.value?.length })
})

/** What the reader says of the account's snapshot with other fields; undefined takes one away. */
function complaint(change: object): unknown {
  const [record] = written(account)
  if (!record) throw new Error('no snapshot')
  return read({ ...record, value: Buffer.from(JSON.stringify({ ...JSON.parse(String(record.value)), ...change })) })
}

test.each<object>([
  { foldVersion: undefined },
  { foldVersion: 0.5 },
  { version: -1 },
  { version: undefined },
  { commandsOffset: -1 },
  { commandsOffset: undefined },
  { recoverFrom: -1 },
  { recoverFrom: undefined },
  { waiting: undefined },
  { settled: [1] },
])('what says no place in the log is no snapshot: %j', (change) => {
  expect(complaint(change)).toBe('it is no snapshot')
})

test('a state of another fold or shape is not used, and it is said which', () => {
  expect(complaint({ foldVersion: 2 })).toBe('it is of fold 2, not 1')
  expect(complaint({ state: { euros: 5 } })).toBe('its state does not fit the schema')
  const euros = snapshotReader({ ...accountSnapshots, schema: Type.Object({ euros: Type.Integer() }) })
  expect(written(account).map(euros)).toEqual(['its state does not fit the schema'])
})
