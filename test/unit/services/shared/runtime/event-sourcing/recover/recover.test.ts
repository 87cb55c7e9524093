import { expect, test } from 'vitest'
import { emptyPartitionState } from '../../../../../../../services/shared/runtime/event-sourcing/recover/partition-state.ts'
import { loadAnswered, loadSnapshots } from '../../../../../../../services/shared/runtime/event-sourcing/recover/recover.ts'
import {
  type SnapshotPosition,
  snapshotRecords,
  tombstone,
} from '../../../../../../../services/shared/runtime/event-sourcing/recover/snapshot-record.ts'
import type { EventLog, OutgoingRecord } from '../../../../../../../services/shared/runtime/kafka/event-log.ts'
import { encodeRecord } from '../../../../../../../services/shared/runtime/messaging/record-codec.ts'
import { inMemoryEventLog } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { quiet, time } from '../processed-log.ts'
import { type Account, accountRules, accountSnapshots } from '../toy-account.ts'

const { decider, ...rules } = accountRules('toy')
/** States that became one, of all snapshots that were parsed. */
const parsed: Account[] = []
const fromJson = (json: Account): Account => {
  parsed.push(json)
  return json
}
const saving = { ...rules, decider: { ...decider, snapshot: { ...accountSnapshots, fromJson } } }

const snapshot = (id: string, position: SnapshotPosition, bytes = 0): OutgoingRecord[] =>
  snapshotRecords('toy', 0, accountSnapshots, id, { state: { cents: 5, refs: ['x'.repeat(bytes)] }, version: 1 }, position)
const event = (n: number): OutgoingRecord =>
  encodeRecord(
    'toy.events',
    {
      id: `e${n}`,
      type: 'toy.Deposited',
      schemaVersion: 1,
      aggregateId: 'a',
      version: n + 1,
      causationId: `c${n}`,
      correlationId: 'c',
      source: `toy.commands/0/${n}`,
      time,
    },
    { ref: `r${n}`, cents: 1 },
    0,
  )

/** The partition after its snapshots were read; it has so many events. */
async function loaded(events: number, ...snapshots: readonly OutgoingRecord[]) {
  const eventLog = inMemoryEventLog()
  const warnings: unknown[] = []
  await eventLog.produce([...snapshots, ...Array.from({ length: events }, (_, n) => event(n))])
  const partitionState = emptyPartitionState<Account>()
  const logger = { ...quiet, warn: (...line: unknown[]) => void warnings.push(line) }
  parsed.length = 0
  await loadSnapshots({ rules: saving, partition: 0, eventLog, logger, heartbeat: async () => undefined }, partitionState)
  return { ...partitionState, warnings, ids: [...partitionState.aggregates.keys()] }
}

test('one snapshot is enough to begin behind what it has, also right at the end of the events; nothing is warned of', async () => {
  const { eventsOffset, commandsOffset, dirty, ids, warnings } = await loaded(3, ...snapshot('a', { commandsOffset: 4, recoverFrom: 3 }))
  expect({ eventsOffset, commandsOffset, ids, dirty: dirty.size, warnings }).toEqual({
    eventsOffset: 3,
    commandsOffset: 4,
    ids: ['a'],
    dirty: 0,
    warnings: [],
  })
})

test('commands go on behind the furthest snapshot, events with what the newest one lacks', async () => {
  const { eventsOffset, commandsOffset } = await loaded(
    9,
    ...snapshot('a', { commandsOffset: 8, recoverFrom: 5 }),
    ...snapshot('b', { commandsOffset: 6, recoverFrom: 4 }),
  )
  expect({ eventsOffset, commandsOffset }).toEqual({ eventsOffset: 4, commandsOffset: 8 })
})

test('a snapshot behind the end of the events is that of others: none is used, all are made anew, and it is said why', async () => {
  const { eventsOffset, commandsOffset, ids, dirty, snapshotCoverage, warnings } = await loaded(
    2,
    ...snapshot('a', { commandsOffset: 4, recoverFrom: 3 }),
  )
  expect({ eventsOffset, commandsOffset, ids, coverage: snapshotCoverage.size }).toEqual({
    eventsOffset: 0,
    commandsOffset: 0,
    ids: [],
    coverage: 0,
  })
  expect([...dirty]).toEqual([['a', 0]])
  expect(warnings).toMatchObject([[{ unusable: 1, example: ['a', expect.stringContaining('it knows more than the events')] }, {}]])
})

test('a snapshot that was removed is none, and no reason to read all events', async () => {
  const { eventsOffset, ids, dirty, snapshotCoverage, warnings } = await loaded(
    9,
    ...snapshot('gone', { commandsOffset: 4, recoverFrom: 3 }),
    ...snapshot('a', { commandsOffset: 8, recoverFrom: 5 }),
    tombstone('toy', 0, 'gone'),
  )
  expect({ eventsOffset, ids, dirty: dirty.size, covered: [...snapshotCoverage.keys()], warnings }).toEqual({
    eventsOffset: 5,
    ids: ['a'],
    dirty: 0,
    covered: ['a'],
    warnings: [],
  })
})

test('a snapshot of which a part is missing is not used and gets a new one, though no event is left of its aggregate', async () => {
  const [, ...rest] = snapshot('large', { commandsOffset: 4, recoverFrom: 3 }, 600 * 1024)
  const { eventsOffset, ids, dirty, warnings } = await loaded(9, ...snapshot('a', { commandsOffset: 8, recoverFrom: 5 }), ...rest)
  expect({ eventsOffset, ids, dirty: [...dirty] }).toEqual({ eventsOffset: 0, ids: ['a'], dirty: [['large', 0]] })
  expect(warnings).toMatchObject([[{ unusable: 1, example: ['large', 'part 0 is missing'] }, {}]])
})

test('of a large snapshot only the last is parsed, and its bytes are remembered', async () => {
  const large = (commandsOffset: number) => snapshot('large', { commandsOffset, recoverFrom: 3 }, 300 * 1024)
  const { snapshotBytes, snapshotCoverage } = await loaded(9, ...large(4), ...large(5), ...large(6))
  expect(parsed).toHaveLength(1)
  expect([...snapshotCoverage]).toEqual([['large', 6]])
  expect(snapshotBytes.get('large')).toBeGreaterThan(300 * 1024)
})

interface Reading {
  /** Of the window. */
  readonly offsets?: number
  /** Records in each batch that is read. */
  readonly batchSize?: number
  readonly events?: readonly OutgoingRecord[]
}
const five = Array.from({ length: 5 }, (_, n) => event(n))

/** The answers that are known when the state ends at an offset, and how many records were read for it. */
async function answered(eventsOffset: number, { offsets = 100, batchSize = 1, events = five }: Reading = {}) {
  const log = inMemoryEventLog()
  await log.produce(events)
  let reads = 0
  const readPartitions: EventLog['readPartitions'] = async function* ([range]) {
    for (let from = range?.from ?? 0; from < events.length; from += batchSize) {
      const records = log.read('toy.events').slice(from, from + batchSize)
      reads += records.length
      yield { topic: 'toy.events', partition: 0, records, nextOffset: from + records.length }
    }
  }
  const partitionState = { ...emptyPartitionState<Account>({ offsets, ms: 1000 }), eventsOffset }
  const eventLog = { ...log, readPartitions }
  await loadAnswered(
    { rules: { ...rules, decider }, partition: 0, eventLog, logger: quiet, heartbeat: async () => undefined },
    partitionState,
  )
  const found = five.map((_, n) => partitionState.answered?.find({ aggregateId: 'a', commandId: `c${n}` }, { offset: 5, time }))
  return { known: found.filter((offset) => offset !== undefined), reads }
}

test('answers from before the end of the state are read, batch after batch, and not one batch more', async () => {
  expect(await answered(3)).toEqual({ known: [0, 1, 2], reads: 3 })
})

test('what a batch has beyond the end of the state is left to the reading that follows', async () => {
  expect(await answered(3, { batchSize: 5 })).toEqual({ known: [0, 1, 2], reads: 5 })
})

test('only those in the window are read, and none when the window begins where the state ends', async () => {
  expect(await answered(4, { offsets: 2 })).toEqual({ known: [3], reads: 1 })
  expect(await answered(3, { offsets: 2 })).toEqual({ known: [], reads: 0 })
})

test('garbage among the events answers nothing and stops nobody', async () => {
  expect(await answered(3, { events: five.with(1, { ...event(1), headers: {} }) })).toEqual({ known: [0, 2], reads: 3 })
})
