import { expect, test } from 'vitest'
import {
  endedByTimeout,
  endOf,
  hostsWereSlow,
  type TimeoutConfig,
  type TimeoutObserved,
  timeoutVerdict,
} from '../../../../../../scripts/experiments/core/route/timeout-verdict.ts'

const config: TimeoutConfig = { timeoutMs: 2000, attempts: 0, callers: ['page-0'], requests: 2, delayMs: 3500 }
const answers = (status: number, ...times: number[]) => times.map((ms) => ({ status, ms, overloaded: false }))
const right: TimeoutObserved = { callers: [{ caller: 'page-0', slow: answers(504, 2003, 2011), quick: answers(200, 3, 4) }], arrived: 2 }
const failed = (observed: TimeoutObserved, of = config) =>
  timeoutVerdict(of, observed)
    .filter(({ passed }) => !passed)
    .map(({ name }) => name)

test('a call ends by its own time-out, or when all its tries have run out of theirs, whichever is first', () => {
  expect(endOf({ timeoutMs: 2000, attempts: 2 })).toEqual({ min: 2000, max: 2000 })
  expect(endOf({ timeoutMs: 2000, perTryMs: 300, attempts: 2 })).toEqual({ min: 900, max: 1400 })
  expect(endOf({ timeoutMs: 1000, perTryMs: 300, attempts: 2 })).toEqual({ min: 900, max: 1000 })
  expect(endOf({ attempts: 2 })).toEqual({ min: Number.POSITIVE_INFINITY, max: Number.POSITIVE_INFINITY })
})

test('answers of 504 at the time-out pass', () => {
  expect(failed(right)).toEqual([])
})

test('without a time-out the answers come late and whole: the same check fails as in the control, and the fault was there', () => {
  const late = { callers: [{ caller: 'page-0', slow: answers(200, 3504, 3511), quick: answers(200, 3, 4) }], arrived: 2 }
  expect(failed(late)).toContain(endedByTimeout)
  expect(failed(late)).not.toContain(hostsWereSlow)
  expect(failed(late, { attempts: 0, callers: ['page-0'], requests: 2, delayMs: 3500 })).toContain('the route sets a time-out')
})

test('an answer at once is no time-out: nothing was injected', () => {
  const quick = answers(504, 5, 2010)
  expect(failed({ ...right, callers: [{ caller: 'page-0', slow: quick, quick: answers(200, 3) }] })).toEqual([hostsWereSlow])
})

test('a call that ends later than it may fails; on a machine that is slow without a fault it is in doubt', () => {
  const slow = answers(504, 2010, 2600)
  const late = timeoutVerdict(config, { ...right, callers: [{ caller: 'page-0', slow, quick: answers(200, 3) }] })
  expect(late.filter(({ passed, doubt }) => !passed && doubt === undefined)).toHaveLength(1)
  const doubtful = timeoutVerdict(config, { ...right, callers: [{ caller: 'page-0', slow, quick: answers(200, 300) }] })
  expect(doubtful.filter(({ passed, doubt }) => !passed && doubt === undefined)).toEqual([])
  expect(doubtful.filter(({ passed }) => !passed)).toHaveLength(1)
})

test('each of several callers is judged by itself, and requests that never arrived are missed', () => {
  const [one] = right.callers
  const callers = [one, { caller: 'page-1', slow: answers(200, 3500, 3500), quick: answers(200, 3) }].flatMap((caller) => caller ?? [])
  expect(failed({ callers, arrived: 3 })).toEqual([
    `page-1: ${endedByTimeout}`,
    'page-1: slowest answer while the hosts were slow, ms',
    'requests that reached the hosts meanwhile',
  ])
})
