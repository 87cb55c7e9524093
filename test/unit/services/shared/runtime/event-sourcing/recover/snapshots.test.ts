import fc from 'fast-check'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import type { SnapshotFormat } from '../../../../../../../services/shared/runtime/event-sourcing/decider.ts'
import { type OwnerOptions, type ProcessedLog, processedLog, quiet } from '../processed-log.ts'
import { type Account, accountDecider, accountSnapshots } from '../toy-account.ts'

const snapshotting = (snapshotInterval: number, change: Partial<SnapshotFormat<Account>> = {}): OwnerOptions => ({
  snapshotInterval,
  decider: { snapshot: { ...accountSnapshots, ...change } },
})

/** How an owner without snapshots would answer: the events that its commands lead to. */
const answers = (log: ProcessedLog) =>
  log.events().map(({ envelope, data }) => [envelope.causationId, envelope.aggregateId, envelope.version, data])

const poison = 666
const command = fc.record({
  aggregate: fc.constantFrom('alice', 'bob', 'carol'),
  ref: fc.integer({ min: 0, max: 9 }),
  cents: fc.constantFrom(1, 2, 3, -1, poison),
})

test('an owner that begins with snapshots decides like one that has read every event', async () => {
  const steps = fc.array(fc.record({ commands: fc.array(command, { minLength: 1, maxLength: 5 }), newOwner: fc.boolean() }), {
    minLength: 1,
    maxLength: 8,
  })
  const fate = fc.constantFrom('ok' as const, 'failed' as const, 'fenced' as const, 'committed-unknown' as const, 'lost-unknown' as const)
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 0, max: 6 }), fc.array(fate, { maxLength: 5 }), async (played, interval, fates) => {
      const [plain, saving] = [processedLog(), processedLog(snapshotting(interval), fates.values())]
      let n = 0
      for (const { commands, newOwner } of played) {
        if (newOwner) saving.restart(snapshotting(interval))
        for (const { aggregate, ref, cents } of commands) {
          n += 1
          const given = [`c${n}`, aggregate, `r${ref}`, cents] as const
          await plain.give(given)
          await saving.give(given)
        }
      }
      expect(answers(saving)).toEqual(answers(plain))
    }),
    { numRuns: 300 },
  )
})

/** 30 deposits in ten accounts, in a log that keeps what is read of it. */
async function longLog(options: OwnerOptions): Promise<{ log: ProcessedLog; eventsRead: () => number }> {
  const log = processedLog(options)
  for (let n = 0; n < 30; n += 1) await log.give([`c${n}`, `a${n % 10}`, `r${n}`, 1])
  return { log, eventsRead: countEventsRead(log) }
}

/** From now on. */
function countEventsRead(log: ProcessedLog): () => number {
  let eventsRead = 0
  const { readPartitions } = log.eventLog
  log.eventLog.readPartitions = async function* (ranges) {
    for await (const batch of readPartitions(ranges)) {
      if (batch.topic === 'toy.events') eventsRead += batch.records.length
      yield batch
    }
  }
  return () => eventsRead
}

test('a new owner reads about as many events as the interval says; without snapshots, all', async () => {
  for (const [options, most] of [
    [snapshotting(10), 11],
    [{}, 30],
  ] as const) {
    const { log, eventsRead } = await longLog(options)
    log.restart(options)
    await log.give(['next', 'a3', 'r3', 1], ['other', 'a4', 'new', 1])
    expect(eventsRead()).toBeLessThanOrEqual(most)
    expect(eventsRead()).toBeGreaterThan(most / 2)
    expect(answers(log).slice(30)).toMatchObject([
      ['next', 'a3', 0, { outcome: 'unchanged' }],
      ['other', 'a4', 4, { cents: 1 }],
    ])
  }
})

const foreign = (key: string, value: string | null) => ({ topic: 'toy.snapshots', partition: 0, key, value, headers: {} })

test.each<[string, (log: ProcessedLog) => Promise<void>, OwnerOptions]>([
  ['of an earlier fold', async () => undefined, snapshotting(10, { foldVersion: 2 })],
  ['of another shape', async () => undefined, snapshotting(10, { schema: Type.Object({ euros: Type.Integer() }) })],
  ['that cannot become a state', async () => undefined, snapshotting(10, { fromJson: () => JSON.parse('') })],
  ['that is garbage', (log) => log.eventLog.produce([foreign('a3', '{"state":')]), snapshotting(10)],
  ['that is somebody elses', (log) => log.eventLog.produce([foreign('nobody', '{}')]), snapshotting(10)],
])('a snapshot %s is not used: the events are read instead', async (_, spoil, options) => {
  const { log, eventsRead } = await longLog(snapshotting(10))
  await spoil(log)
  log.restart(options)
  await log.give(['next', 'a3', 'r3', 1], ['other', 'a4', 'new', 1])
  expect(eventsRead()).toBe(30)
  expect(answers(log).slice(30)).toMatchObject([
    ['next', 'a3', 0, { outcome: 'unchanged' }],
    ['other', 'a4', 4, { cents: 1 }],
  ])
})

test('snapshots of events that are lost are not used, and new ones take their place', async () => {
  const { log } = await longLog(snapshotting(5))
  log.eventLog.empty('toy.events')
  log.eventLog.empty('toy.commands')
  for (const _owner of ['first', 'second']) {
    log.restart(snapshotting(5))
    await log.give([crypto.randomUUID(), 'a3', crypto.randomUUID(), 1])
  }
  expect(log.events().map(({ envelope }) => [envelope.aggregateId, envelope.version])).toEqual([
    ['a3', 1],
    ['a3', 2],
  ])
})

test('snapshots that were not used are replaced by the next transactions', async () => {
  const newer = snapshotting(10, { foldVersion: 2 })
  const { log, eventsRead } = await longLog(snapshotting(10))
  log.restart(newer)
  await log.give(['next', 'a3', 'new', 1])
  await log.give(['other', 'a4', 'new', 1])
  const before = eventsRead()
  log.restart(newer)
  await log.process()
  expect(eventsRead() - before).toBeLessThanOrEqual(12)
})

/** Twenty deposits in `a`, whose state then takes 1.4 MB, each followed by one in another account. */
async function largeLog(): Promise<ProcessedLog> {
  const log = processedLog(snapshotting(5))
  for (let n = 0; n < 20; n += 1) await log.give([`c${n}`, 'a', largeRef(n), 1], [`d${n}`, `b${n % 3}`, `r${n}`, 1])
  return log
}
const largeRef = (n: number): string => `${n}${'x'.repeat(70_000)}`

test('a snapshot larger than a message is written in parts, which make the state again', async () => {
  const log = await largeLog()
  for (let n = 0; n < 2000; n += 1) await log.give([`e${n}`, 'b1', `e${n}`, 1])
  const parts = log.snapshots().filter(({ key }) => key?.toString('latin1').startsWith('a'))
  expect(Math.max(...parts.map(({ value }) => value?.length ?? 0))).toBeLessThan(1024 * 1024)
  expect(parts.filter(({ headers }) => Number(headers.bytes) > 1024 * 1024)).toHaveLength(1)
  log.restart(snapshotting(5))
  const reads = countEventsRead(log)
  await log.give(['again', 'a', largeRef(3), 1], ['more', 'a', 'more', 1])
  expect(reads()).toBeLessThan(10)
  expect(answers(log).slice(-2)).toMatchObject([
    ['again', 'a', 0, { outcome: 'unchanged' }],
    ['more', 'a', 21, {}],
  ])
})

test('the larger a snapshot is, the more rarely it is made anew', async () => {
  const log = await largeLog()
  const written = () => log.snapshots().filter(({ key, headers }) => `${key}` === 'a' && headers.bytes).length
  const before = written()
  // As many records as the interval asks for, twenty times over: the snapshot of 1.4 MB waits for 1400.
  for (let n = 0; n < 100; n += 1) await log.give([`e${n}`, 'a', `e${n}`, 1])
  expect(written() - before).toBeLessThanOrEqual(1)
  for (let n = 100; n < 1600; n += 1) await log.give([`e${n}`, 'a', `e${n}`, 1])
  expect(written() - before).toBeGreaterThanOrEqual(1)
  expect(written() - before).toBeLessThanOrEqual(2)
})

test('a new owner reads the events of a large aggregate that waits for its snapshot, although small ones were saved since', async () => {
  const log = await largeLog()
  await log.give(['late', 'a', 'late', 1])
  for (let n = 0; n < 30; n += 1) await log.give([`e${n}`, `b${n % 3}`, `e${n}`, 1])
  log.restart(snapshotting(5))
  const reads = countEventsRead(log)
  await log.give(['again', 'a', 'late', 1], ['more', 'a', 'more', 1])
  expect(answers(log).slice(-2)).toMatchObject([
    ['again', 'a', 0, { outcome: 'unchanged' }],
    ['more', 'a', 22, { ref: 'more' }],
  ])
  expect(reads(), 'from the deposit that waits').toBeGreaterThanOrEqual(31)
})

test('of an aggregate that was large once and is small now, a new owner takes the newer snapshot', async () => {
  const { evolve } = accountDecider('toy')
  const options = snapshotting(5)
  // What it has taken is forgotten, as a stock forgets orders that are over.
  const forgetting: OwnerOptions = {
    ...options,
    decider: { ...options.decider, evolve: (state, event) => evolve(event.data.ref === 'forget' ? { ...state, refs: [] } : state, event) },
  }
  const log = processedLog(forgetting)
  for (let n = 0; n < 5; n += 1) await log.give([`c${n}`, 'a', largeRef(n), 1])
  for (let n = 0; n < 10; n += 1) await log.give([`d${n}`, 'b', `d${n}`, 1])
  await log.give(['forget', 'a', 'forget', 1])
  for (let n = 0; n < 600; n += 1) await log.give([`e${n}`, `b${n}`, `e${n}`, 1])
  const sizes = log
    .snapshots()
    .filter(({ key }) => `${key}` === 'a')
    .map(({ value, headers }) => Number(headers.bytes ?? value?.length))
  expect([Math.max(...sizes) > 256 * 1024, (sizes.at(-1) ?? 0) < 1000], 'a large one, then a small one').toEqual([true, true])
  log.restart(forgetting)
  await log.give(['again', 'a', 'forget', 1], ['more', 'a', 'more', 1])
  expect(answers(log).slice(-2)).toMatchObject([
    ['again', 'a', 0, { outcome: 'unchanged' }],
    ['more', 'a', 7, { ref: 'more' }],
  ])
})

test('what waits behind a parked command is in the snapshot', async () => {
  const log = processedLog(snapshotting(0))
  await log.give(['c1', 'a', 'r1', poison])
  await log.give(['c2', 'a', 'r2', 1])
  for (let n = 0; n < 5; n += 1) await log.give([`d${n}`, 'b', `r${n}`, 1])
  log.restart(snapshotting(0))
  await log.give(['c3', 'a', 'r3', 1])
  expect(log.deadLetters().map(({ headers }) => `${headers.id}`)).toEqual(['c1', 'c2', 'c3'])
  expect(log.snapshots().some(({ key }) => `${key}` === 'a')).toBe(true)
})

test('snapshots that are not used are told: where, how many, and why one of them', async () => {
  const warnings: unknown[] = []
  const { log } = await longLog(snapshotting(10))
  log.restart({ ...snapshotting(10, { foldVersion: 2 }), logger: { ...quiet, warn: (...line) => void warnings.push(line) } })
  await log.process()
  expect(warnings).toEqual([
    [
      { topic: 'toy.snapshots', partition: 0, unusable: 10, example: [expect.stringMatching(/^a\d$/), 'it is of fold 1, not 2'] },
      'snapshots not used; reading all events instead',
    ],
  ])
})
