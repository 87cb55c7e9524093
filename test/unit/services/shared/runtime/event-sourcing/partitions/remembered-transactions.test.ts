import { expect, test } from 'vitest'
import { type OwnerOptions, type ProcessedLog, processedLog, quiet } from '../processed-log.ts'
import { accountSnapshots } from '../toy-account.ts'

const idempotencyWindow = { offsets: 100, ms: 1000 }
const poison = 666
const repeats = (log: ProcessedLog) => log.events().map(({ data }) => (data as { repeats?: string }).repeats)

test('of a batch with dead letters each answer is found where it lies among the events', async () => {
  const log = processedLog({ forgetful: true, idempotencyWindow })
  await log.give(['c1', 'alice', 'r1', 5], ['c2', 'bob', 'r2', poison], ['c3', 'carol', 'r3', 1])
  await log.give(['c3', 'carol', 'r3', 1], ['c1', 'alice', 'r1', 5])
  expect(repeats(log).slice(3)).toEqual(['toy.events/0/2', 'toy.events/0/0'])
})

/** Whose snapshots were written, in order. */
const saved = (log: ProcessedLog) => log.snapshots().map(({ key }) => String(key))
const snapshotting = (snapshotInterval: number): OwnerOptions => ({ snapshotInterval, decider: { snapshot: accountSnapshots } })

test('an aggregate gets a snapshot once it has changed, and none while it does not', async () => {
  const log = processedLog(snapshotting(1))
  for (const n of [1, 2]) await log.give([`a${n}`, 'a', `r${n}`, 1])
  expect(saved(log)).toEqual(['a'])
  for (const n of [1, 2, 3]) await log.give([`b${n}`, 'b', `r${n}`, 1])
  // The second deposit of each is in the snapshot that was written with it; the third of `b` waits for the next one.
  expect(saved(log)).toEqual(['a', 'b'])
})

test('a service without snapshots writes none', async () => {
  const log = processedLog({ snapshotInterval: 0 })
  for (const n of [1, 2, 3]) await log.give([`a${n}`, 'a', `r${n}`, 1])
  expect(saved(log)).toEqual([])
})

test('each command is told when it is decided, not when it is only at hand; nothing is warned of', async () => {
  const [told, warnings]: [unknown[], unknown[]] = [[], []]
  const logger = { ...quiet, debug: (...line: unknown[]) => void told.push(line), warn: (...line: unknown[]) => void warnings.push(line) }
  const log = processedLog({ idempotencyWindow, logger })
  // The second of one id is decided in the next transaction.
  await log.give(['c1', 'alice', 'r1', 1], ['c1', 'alice', 'r1', 1])
  await log.giveRecord({ headers: {} })
  const line = (offset: number, type?: string) => [{ topic: 'toy.commands', partition: 0, offset, type }, 'command decided']
  expect(told).toEqual([line(0, 'Deposit'), line(1, 'Deposit'), line(2)])
  expect(warnings).toEqual([])
})
