import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Decider } from '../../../../../../services/shared/runtime/decider.ts'
import { createTimers } from '../../../../../../services/shared/runtime/event-sourcing/timers.ts'
import { type ProcessedLog, processedLog } from './processed-log.ts'
import type { Account, Deposit, Deposited } from './toy-account.ts'

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00.000Z') }))
afterEach(() => void vi.useRealTimers())

/** An account that has seen one deposit gets a bonus a minute later. */
const bonus: Partial<Decider<Account, Deposit, Deposited, 'NEGATIVE'>> = {
  due: ({ refs }) =>
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

test('a timer that cannot fire is tried again; one that is far away does not fire early', async () => {
  let fired = 0
  const failures: number[] = []
  const timers = createTimers({
    clock: () => new Date(),
    onFailure: (_error, _id, count) => failures.push(count),
    pause: async () => undefined,
  })
  timers.set('a', { at: '2026-01-01T00:00:01.000Z', fire: async () => (++fired < 3 ? Promise.reject(new Error('away')) : undefined) })
  // Further away than setTimeout can count.
  timers.set('b', { at: '2027-01-01T00:00:00.000Z', fire: async () => Promise.reject(new Error('early')) })
  await vi.advanceTimersByTimeAsync(3_700_000)
  expect({ fired, failures }).toEqual({ fired: 3, failures: [1, 2] })
  timers.stop()
})
