import fc from 'fast-check'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { inMemoryView } from '../../../../../../../services/shared/runtime/event-sourcing/views/in-memory-view.ts'
import { type ProcessedLog, processedLog, quiet } from '../processed-log.ts'
import { type Account, accountDecider, accountRules } from '../toy-account.ts'

const snapshot = {
  foldVersion: 1,
  schema: Type.Object({ cents: Type.Integer(), refs: Type.Array(Type.String()) }),
  toJson: (state: Account) => state,
  fromJson: (json: Account) => json,
}
const rules = { ...accountRules('toy'), decider: { ...accountDecider('toy'), snapshot } }

/** A view of the log, and which of its events it read when it began. */
async function viewOf({ eventLog }: ProcessedLog, show?: (id: string) => void) {
  const shown = new Map<string, Account>()
  const read: number[] = []
  const leftOut: unknown[] = []
  const { readPartitions } = eventLog
  const reading: typeof eventLog = {
    ...eventLog,
    readPartitions: async function* (ranges) {
      for await (const batch of readPartitions(ranges)) {
        if (batch.topic === 'toy.events') read.push(...batch.records.map(({ offset }) => offset))
        yield batch
      }
    },
  }
  const view = inMemoryView({
    rules,
    eventLog: reading,
    update: (id, state) => {
      show?.(id)
      shown.set(id, state)
    },
    logger: { ...quiet, error: (...line) => void leftOut.push(line) },
  })
  const next = await view.recover(0)
  return { shown, read, leftOut, next, view }
}

/** The states as the events alone say, whoever wrote them. */
function folded(log: ProcessedLog): Map<string, Account> {
  const states = new Map<string, Account>()
  for (const { envelope, data } of log.events()) {
    if (envelope.version === 0) continue
    const before = states.get(envelope.aggregateId) ?? rules.decider.initial
    states.set(envelope.aggregateId, rules.decider.evolve(before, { type: 'toy.Deposited', data: data as { ref: string; cents: number } }))
  }
  return states
}

test('a view that begins with snapshots and takes what comes shows what all events say', async () => {
  const deposit = fc.tuple(fc.constantFrom('alice', 'bob', 'carol'), fc.integer({ min: 0, max: 9 }), fc.constantFrom(1, 2, -1))
  const some = fc.array(deposit, { maxLength: 15 })
  await fc.assert(
    fc.asyncProperty(some, some, fc.nat(6), fc.nat(40), async (before, after, snapshotInterval, repeatFrom) => {
      const log = processedLog({ decider: { snapshot }, snapshotInterval })
      let n = 0
      const give = async (given: typeof before) => {
        for (const [id, ref, cents] of given) await log.give([`c${n++}`, id, `r${ref}`, cents])
      }
      await give(before)
      const { shown, leftOut, next, view } = await viewOf(log)
      expect(shown).toEqual(folded(log))
      await give(after)
      view.take(0, log.eventLog.read('toy.events').slice(next))
      // A batch whose handling failed comes again.
      view.take(0, log.eventLog.read('toy.events').slice(repeatFrom))
      expect(shown).toEqual(folded(log))
      expect(leftOut).toEqual([])
    }),
    { numRuns: 200 },
  )
})

test('a view reads about as many events as the snapshot interval says', async () => {
  const log = processedLog({ decider: { snapshot }, snapshotInterval: 10 })
  for (let n = 0; n < 100; n += 1) await log.give([`c${n}`, `a${n % 5}`, `r${n}`, 1])
  const { read, shown } = await viewOf(log)
  expect(read.length).toBeLessThanOrEqual(15)
  expect(shown.size).toBe(5)
})

test('what cannot be shown, and events that cannot be understood, keep nothing else from being shown', async () => {
  const log = processedLog()
  await log.give(['c1', 'alice', 'r1', 1], ['c2', 'bob', 'r1', 1])
  await log.eventLog.produce([{ topic: 'toy.events', key: 'a', value: 'garbage', headers: {} }])
  const notHer = new Error('not her')
  const { shown, leftOut, next, view } = await viewOf(log, (id) => {
    if (id === 'alice') throw notHer
  })
  expect([...shown.keys()]).toEqual(['bob'])
  await log.eventLog.produce([{ topic: 'toy.events', key: 'a', value: 'garbage', headers: {} }])
  await log.give(['c3', 'bob', 'r2', 1])
  view.take(0, log.eventLog.read('toy.events').slice(next))
  expect(shown.get('bob')).toMatchObject({ cents: 2 })
  const garbage = (offset: number) => [
    { topic: 'toy.events', partition: 0, offset, code: 'HEADERS_INVALID', detail: expect.stringMatching(/./) },
    'own event left out of the view',
  ]
  expect(leftOut, 'each once').toEqual([
    garbage(2),
    [{ err: notHer, service: 'toy', aggregateId: 'alice' }, 'aggregate left out of the view'],
    garbage(3),
  ])
})

test('a recovery that ends late does not put older memory in the place of newer', async () => {
  const log = processedLog()
  await log.give(['c1', 'alice', 'r1', 1])
  const { readPartitions } = log.eventLog
  const late = Promise.withResolvers<void>()
  let waits = true
  log.eventLog.readPartitions = async function* (ranges) {
    const waiting = waits
    yield* readPartitions(ranges)
    if (waiting) await late.promise
  }
  const shown: number[] = []
  const view = inMemoryView({
    rules: accountRules('toy'),
    eventLog: log.eventLog,
    update: (_, { cents }) => void shown.push(cents),
    logger: quiet,
  })
  const slow = view.recover(0)
  await Promise.resolve()
  waits = false
  const next = await view.recover(0)
  await log.give(['c2', 'alice', 'r2', 1])
  view.take(0, log.eventLog.read('toy.events').slice(next))
  late.resolve()
  expect(await slow, 'where the memory that counts goes on').toBe(2)
  await log.give(['c3', 'alice', 'r3', 1])
  view.take(0, log.eventLog.read('toy.events').slice(2))
  expect(shown).toEqual([1, 2, 3])
})

test('what comes of a partition before its recovery is left to it, and a view that is stopped recovers nothing', async () => {
  const log = processedLog()
  await log.give(['c1', 'alice', 'r1', 1])
  const { shown, view } = await viewOf(log)
  view.take(1, log.eventLog.read('toy.events'))
  expect([...shown]).toEqual([['alice', { cents: 1, refs: ['r1'] }]])
  view.stop()
  await expect(view.recover(0)).rejects.toThrow('aborted')
})

test('batches that come again move nothing on: the next event is shown', async () => {
  const log = processedLog()
  await log.give(['c1', 'alice', 'r1', 1], ['c2', 'alice', 'r2', 1])
  const { shown, view } = await viewOf(log)
  for (const _again of [1, 2]) view.take(0, log.eventLog.read('toy.events'))
  view.take(0, [])
  await log.give(['c3', 'alice', 'r3', 1])
  view.take(0, log.eventLog.read('toy.events').slice(2))
  expect(shown.get('alice')?.cents).toBe(3)
})

test('a recovery that knows more than the one before takes its place; one that knows no more tells nothing again', async () => {
  const log = processedLog()
  await log.give(['c1', 'alice', 'r1', 1])
  const told: string[] = []
  const { view, shown } = await viewOf(log, (id) => told.push(id))
  expect([await view.recover(0), told]).toEqual([1, ['alice']])
  await log.give(['c2', 'alice', 'r2', 1])
  expect([await view.recover(0), told]).toEqual([2, ['alice', 'alice']])
  expect(shown.get('alice')?.cents).toBe(2)
})
