import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createScheduler } from '../../../../../../../services/shared/runtime/event-sourcing/deadlines/scheduler.ts'
import type { Decider } from '../../../../../../../services/shared/runtime/event-sourcing/decider.ts'
import { deriveId } from '../../../../../../../services/shared/runtime/messaging/derive-id.ts'
import type { CommitFate } from '../../../../../../../services/shared/runtime/testing/in-memory-event-log.ts'
import { type ProcessedLog, processedLog, quiet } from '../processed-log.ts'
import type { Account, Deposit, Deposited } from '../toy-account.ts'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00.000Z') }))
afterEach(() => void vi.useRealTimers())

/** An account that has seen one deposit gets a bonus a minute later. */
const bonus: Partial<Decider<Account, Deposit, Deposited, 'NEGATIVE'>> = {
  deadline: ({ refs }) =>
    refs.length === 1 ? { at: '2026-01-01T00:01:00.000Z', command: { type: 'Deposit', data: { ref: 'bonus', cents: 50 } } } : undefined,
}
const options = { decider: bonus, clock: () => new Date() }
const refs = (log: ProcessedLog) => log.commands().map(({ data }) => (data as Deposit['data']).ref)

test('a command is written when its moment has come, not before', async () => {
  const log = processedLog(options)
  await log.give(['c1', 'alice', 'r1', 1])
  await vi.advanceTimersByTimeAsync(59_999)
  expect(refs(log)).toEqual(['r1'])
  await vi.advanceTimersByTimeAsync(1)
  expect(refs(log)).toEqual(['r1', 'bonus'])
})

test('an aggregate that moved on is told nothing', async () => {
  const log = processedLog(options)
  await log.give(['c1', 'alice', 'r1', 1])
  await log.give(['c2', 'alice', 'r2', 1])
  await vi.advanceTimersByTimeAsync(120_000)
  expect(refs(log)).toEqual(['r1', 'r2'])
})

test('a new owner knows what is due, and writes the same command', async () => {
  const log = processedLog(options)
  await log.give(['c1', 'alice', 'r1', 1])
  await vi.advanceTimersByTimeAsync(60_000)
  // The first owner ends before it decides its own reminder.
  await log.stop()
  log.restart({ ...options, decider: { ...bonus, decide: () => [] } })
  await log.process()
  await vi.advanceTimersByTimeAsync(1)
  const [, first, second, ...others] = log.commands()
  expect(second?.envelope.id).toBe(first?.envelope.id)
  expect(others).toEqual([])
})

test('an owner that was stopped writes nothing', async () => {
  const log = processedLog(options)
  await log.give(['c1', 'alice', 'r1', 1])
  await log.stop()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(refs(log)).toEqual(['r1'])
})

/** How many records there are in each topic. */
const sizes = (log: ProcessedLog) => [log.commands().length, log.events().length, log.deadLetters().length]
const poison = 666

test('an aggregate with a command in quarantine is told nothing, however late it is, and whoever owns it', async () => {
  const log = processedLog(options)
  await log.give(['c1', 'alice', 'r1', 1], ['c2', 'alice', 'r2', poison], ['c3', 'bob', 'r3', 1])
  await log.pass(120)
  expect(refs(log)).toEqual(['r1', 'r2', 'r3', 'bonus'])
  expect(sizes(log)).toEqual([4, 4, 1])
  for (let owners = 0; owners < 3; owners += 1) {
    await log.stop()
    log.restart(options)
    await log.process()
    await log.pass(30)
  }
  expect(sizes(log)).toEqual([4, 4, 1])
})

test.each([false, true])('it is told once the quarantine is empty, although it has no new version (new owner: %s)', async (changed) => {
  const log = processedLog(options)
  await log.give(['c1', 'alice', 'r1', 1], ['c2', 'alice', 'r2', poison], ['c3', 'alice', 'r3', poison])
  await log.pass(120)
  await log.discard('c2', 'alice')
  await log.pass(1)
  expect(refs(log), 'one still waits').toEqual(['r1', 'r2', 'r3', undefined])
  if (changed) {
    await log.stop()
    log.restart(options)
  }
  await log.discard('c3', 'alice')
  await log.pass(10)
  expect(refs(log)).toEqual(['r1', 'r2', 'r3', undefined, undefined, 'bonus'])
  expect(log.events().at(-1)?.envelope.type).toBe('toy.Deposited')
})

test.each([
  ['refused', { refused: 'NEGATIVE', detail: 'The bonus is refused.' } as const],
  ['without effect', []],
])('one that is %s when it is told is told once only, also when something was in quarantine before', async (_how, decision) => {
  const stubborn: typeof bonus = {
    ...bonus,
    decide: ({ data }) => {
      if (data.cents === poison) throw new Error('the decider is broken')
      return data.ref === 'bonus' ? decision : [{ type: 'toy.Deposited', data }]
    },
  }
  const log = processedLog({ ...options, decider: stubborn })
  await log.give(['c1', 'alice', 'r1', 1], ['c2', 'alice', 'r2', poison])
  await log.discard('c2', 'alice')
  await log.pass(120)
  expect(refs(log)).toEqual(['r1', 'r2', undefined, 'bonus'])
  await log.give(['c3', 'alice', 'r3', poison])
  await log.discard('c3', 'alice')
  await log.pass(120)
  expect(refs(log).slice(4), 'the same command again').toEqual(['r3', undefined])
})

test('one whose timer makes a command that cannot be decided is told once', async () => {
  const data = { ref: 'bonus', cents: poison }
  const deadline: typeof bonus.deadline = () => ({ at: '2026-01-01T00:01:00.000Z', command: { type: 'Deposit', data } })
  const log = processedLog({ ...options, decider: { deadline } })
  await log.give(['c1', 'alice', 'r1', 1])
  await log.pass(120)
  expect(sizes(log)).toEqual([2, 2, 1])
  await log.discard(`${log.commands()[1]?.envelope.id}`, 'alice')
  await log.pass(120)
  expect(sizes(log)).toEqual([3, 3, 1])
})

test('a lost answer to a commit does not make the owner tell again what it has told', async () => {
  const fates: CommitFate[] = ['ok', 'ok', 'committed-unknown', 'ok', 'failed']
  const decide: typeof bonus.decide = ({ data }) => (data.ref === 'bonus' ? [] : [{ type: 'toy.Deposited', data }])
  const log = processedLog({ ...options, decider: { ...bonus, decide } }, fates.values())
  await log.give(['c1', 'alice', 'r1', 1])
  await log.pass(60)
  for (const n of [2, 3, 4]) {
    await log.give([`c${n}`, 'bob', `r${n}`, 1])
    await log.pass(10)
  }
  const told = log.commands().filter(({ envelope, data }) => envelope.aggregateId === 'alice' && (data as Deposit['data']).ref === 'bonus')
  expect(told).toHaveLength(1)
})

test('a timer that cannot fire is tried again; one that is far away does not fire early', async () => {
  let fired = 0
  const failures: number[] = []
  const timers = createScheduler({
    clock: () => new Date(),
    onFailure: (_error, _id, count) => failures.push(count),
    pause: async () => undefined,
  })
  timers.set('a', {
    id: 'a1',
    at: '2026-01-01T00:00:01.000Z',
    fire: async () => (++fired < 3 ? Promise.reject(new Error('away')) : undefined),
  })
  // Further away than setTimeout can count.
  timers.set('b', { id: 'b1', at: '2027-01-01T00:00:00.000Z', fire: async () => Promise.reject(new Error('early')) })
  await vi.advanceTimersByTimeAsync(3_700_000)
  expect({ fired, failures }).toEqual({ fired: 3, failures: [1, 2] })
  timers.stop()
})

test('a scheduled command that cannot be written is told, and written once it can be', async () => {
  const warnings: unknown[] = []
  const log = processedLog({ ...options, logger: { ...quiet, warn: (...line) => void warnings.push(line) } })
  const { produce } = log.eventLog
  const away = new Error('Kafka is away')
  const failures: Error[] = []
  log.eventLog.produce = async (records) => {
    const failure = failures.shift()
    if (failure) throw failure
    await produce(records)
  }
  await log.give(['c1', 'alice', 'r1', 1])
  failures.push(away)
  await vi.advanceTimersByTimeAsync(60_000)
  await vi.waitFor(() => expect(refs(log)).toEqual(['r1', 'bonus']))
  const told = { err: away, service: 'toy', aggregateId: 'alice', failures: 1 }
  expect(warnings).toEqual([[told, 'scheduled command could not be written, trying again']])
  await log.stop()
})

test('an aggregate of which the decider cannot say what is due is told and has no timer; others have theirs', async () => {
  const errors: unknown[] = []
  const broken = new Error('no such hour')
  const deadline: typeof bonus.deadline = (state) => {
    if (state.cents === 7) throw broken
    return bonus.deadline?.(state)
  }
  const log = processedLog({ ...options, decider: { deadline }, logger: { ...quiet, error: (...line) => void errors.push(line) } })
  await log.give(['c1', 'alice', 'r1', 7], ['c2', 'bob', 'r2', 1])
  await log.pass(60)
  expect(refs(log)).toEqual(['r1', 'r2', 'bonus'])
  expect(errors).toEqual([
    [{ err: broken, service: 'toy', aggregateId: 'alice' }, 'the decider does not say what is due; the aggregate has no timer'],
  ])
})

test('each of several timers fires at its own moment', async () => {
  const fired: string[] = []
  const timers = createScheduler({ clock: () => new Date(), onFailure: () => undefined })
  for (const [id, at] of [
    ['c', '03'],
    ['a', '01'],
    ['b', '02'],
  ] as const)
    timers.set(id, { id, at: `2026-01-01T00:00:${at}.000Z`, fire: async () => void fired.push(id) })
  for (const all of [['a'], ['a', 'b'], ['a', 'b', 'c']]) {
    await vi.advanceTimersByTimeAsync(1000)
    expect(fired).toEqual(all)
  }
  timers.stop()
})

test('a moment that is none is never there', async () => {
  const fire = vi.fn(async () => undefined)
  const timers = createScheduler({ clock: () => new Date(), onFailure: () => undefined })
  timers.set('a', { id: 'a1', at: 'tomorrow', fire })
  await vi.advanceTimersByTimeAsync(3_700_000)
  expect(fire).not.toHaveBeenCalled()
  timers.stop()
})

test('a stop ends the attempts of a timer that cannot fire, and takes the alarm away', async () => {
  let fired = 0
  const timers = createScheduler({ clock: () => new Date(), onFailure: () => undefined, pause: async () => timers.stop() })
  const fire = () => {
    fired += 1
    // Or the test would never end.
    return fired < 5 ? Promise.reject(new Error('away')) : Promise.resolve()
  }
  timers.set('a', { id: 'a1', at: '2026-01-01T00:00:01.000Z', fire })
  timers.set('b', { id: 'b1', at: '2026-01-01T00:30:00.000Z', fire })
  await vi.advanceTimersByTimeAsync(1000)
  expect(vi.getTimerCount()).toBe(0)
  await vi.advanceTimersByTimeAsync(3_700_000)
  expect(fired).toBe(1)
})

test('the earliest is waited for with one alarm, however often what is due changes', async () => {
  const timers = createScheduler({ clock: () => new Date(), onFailure: () => undefined })
  for (const [id, second] of [
    ['c', 3],
    ['b', 2],
    ['a', 1],
  ] as const)
    timers.set(id, { id, at: `2026-01-01T00:00:0${second}.000Z`, fire: async () => undefined })
  expect(vi.getTimerCount()).toBe(1)
  timers.stop()
})

test('the command that is due has the same id in every release', async () => {
  const log = processedLog(options)
  await log.give(['c1', 'alice', 'r1', 1])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(log.commands()[1]?.envelope.id).toBe(deriveId('due', 'alice', '1', 'Deposit'))
})
