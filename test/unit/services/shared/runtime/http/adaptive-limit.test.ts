import { expect, test } from 'vitest'
import { AdaptiveLimit, calmInFlight, leastInFlight, recentMs } from '../../../../../../services/shared/runtime/http/adaptive-limit.ts'
import { type SimulatedMachine, simulateMachine } from './simulated-machine.ts'

const adaptive = (most = 512): AdaptiveLimit => new AdaptiveLimit({ most, slowCallMs: 30 })
/** Pages/s that the two cores of the simulated machine do. */
const capacity = 260
const asked = (times: number, { slower = 1, ...rest }: Partial<SimulatedMachine> = {}) =>
  simulateMachine({ rate: (capacity / slower) * times, seconds: 8, slower, limit: adaptive(), ...rest })

test('within the capacity nothing is refused', () => {
  expect(asked(0.6)).toMatchObject({ refused: 0 })
})

test.each([1, 2.5])('asked for twice of what a machine %s times slower does, it does nine tenths of that in time', (slower) => {
  const { goodput, refused, refusedP99Ms, servedP99Ms } = asked(2, { slower })
  expect(goodput).toBeGreaterThan(0.9 * (capacity / slower))
  expect(refused).toBeGreaterThan(0)
  expect(servedP99Ms).toBeLessThan(200)
  expect(refusedP99Ms).toBeLessThan(0.6 * servedP99Ms)
})

test('without a limit, and with one of the event loop only, it does next to nothing in time', () => {
  for (const slowCallMs of [undefined, 0]) {
    const limit = slowCallMs === undefined ? undefined : new AdaptiveLimit({ most: 512, slowCallMs })
    expect(simulateMachine({ rate: 2 * capacity, seconds: 8, ...(limit && { limit }) }).goodput).toBeLessThan(0.1 * capacity)
  }
})

test('inventory hangs: pages wait for it, and none is refused', () => {
  expect(asked(0.6, { inventoryHangs: true })).toMatchObject({ refused: 0, goodput: 0 })
})

test('a machine eight times slower, with a few readers and orders that wait a second each, refuses nobody', () => {
  const waiting = { rate: 10, ms: 1000 }
  expect(simulateMachine({ rate: 12, seconds: 12, slower: 8, waiting, limit: adaptive() })).toMatchObject({ refused: 0, waitingRefused: 0 })
})

/** Stretches of time in which `inFlight` requests are in flight and each call takes so long. */
function stretches(
  limit: AdaptiveLimit,
  count: number,
  calls: Readonly<Record<string, number>>,
  { inFlight = 60, from = 0, turnMs = 1 } = {},
): void {
  for (let stretch = 0; stretch < count; stretch += 1) {
    const now = from + stretch * 100
    const begun = Array.from({ length: inFlight }, () => limit.begin(now))
    for (const [service, ms] of Object.entries(calls)) limit.answered(service, ms)
    for (const one of begun) limit.end(one)
    limit.endStretch(turnMs, now + 100)
  }
}

test('all services are slow: in half a second few are let in; they are quick again: in two seconds all', () => {
  const limit = adaptive()
  stretches(limit, 2, { catalog: 60, inventory: 80 })
  expect([limit.isStrained, limit.limit]).toEqual([false, calmInFlight])
  stretches(limit, 4, { catalog: 60, inventory: 80 }, { from: 200 })
  expect(limit.limit).toBe(leastInFlight.slowCalls)
  stretches(limit, 20, { catalog: 6, inventory: 80 }, { from: 600, inFlight: 1 })
  expect([limit.isStrained, limit.limit]).toEqual([false, calmInFlight])
})

test('calls that were quick and are slow again: no more are let in, and no fewer before that lasts', () => {
  const limit = adaptive()
  stretches(limit, 6, { catalog: 60 })
  stretches(limit, 2, { catalog: 6 }, { from: 600 })
  expect(limit.limit).toBe(12)
  stretches(limit, 2, { catalog: 60 }, { from: 800 })
  expect(limit.limit).toBe(12)
  stretches(limit, 1, { catalog: 60 }, { from: 1000 })
  expect(limit.limit).toBe(leastInFlight.slowCalls)
})

test('one service is slow: that is its own matter', () => {
  const limit = adaptive()
  stretches(limit, 10, { catalog: 6, inventory: 1500, orders: 400 })
  expect(limit.limit).toBeGreaterThan(calmInFlight)
})

test('long turns of the event loop lower the limit as well, not so far', () => {
  const limit = adaptive()
  stretches(limit, 10, { catalog: 6 }, { turnMs: 20 })
  expect(limit.limit).toBe(leastInFlight.longTurns)
})

test('after a rest nothing is left of what was seen', () => {
  const limit = adaptive()
  stretches(limit, 6, { catalog: 60 })
  limit.rest()
  expect(limit.limit).toBe(calmInFlight)
  stretches(limit, 2, { catalog: 60 }, { from: 5000 })
  expect(limit.limit).toBe(calmInFlight)
})

test('the upper limit is one of all that are in flight, the one below it of those that came a short while ago', () => {
  const limit = adaptive(20)
  const begun = Array.from({ length: 19 }, () => limit.begin(0))
  expect(limit.isFull(5000)).toBe(false)
  begun.push(limit.begin(5000))
  expect(limit.isFull(9000)).toBe(true)
  for (const one of begun) limit.end(one)
  stretches(limit, 6, { catalog: 60 }, { from: 9000, inFlight: 12 })
  expect(limit.limit).toBe(8)
  for (let n = 0; n < 8; n += 1) limit.begin(10_000)
  expect(limit.isFull(10_000 + recentMs - 1)).toBe(true)
  expect(limit.isFull(10_000 + recentMs)).toBe(false)
})

test('0 is no limit, whatever is seen', () => {
  const limit = adaptive(0)
  stretches(limit, 10, { catalog: 500 }, { turnMs: 50 })
  for (let n = 0; n < 1000; n += 1) limit.begin(2000)
  expect(limit.isFull(2000)).toBe(false)
})
