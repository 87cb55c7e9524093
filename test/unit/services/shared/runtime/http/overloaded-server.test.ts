import { expect, test } from 'vitest'
import { type SimulatedServer, simulate } from './simulated-server.ts'

const server: Omit<SimulatedServer, 'limit' | 'rate'> = { seconds: 12, stepMs: 0.175, refusalMs: 0.03, upstreamMs: 2, deadlineMs: 250 }
/** Four steps a request. */
const capacity = 1000 / (4 * server.stepMs)
const asked = (times: number, limit: SimulatedServer['limit'], part: Partial<SimulatedServer> = {}) =>
  simulate({ ...server, rate: Math.round(capacity * times), limit, ...part })

test('within its capacity nothing is refused', () => {
  expect(asked(0.8, 'adaptive')).toMatchObject({ refused: 0 })
})

test('asked for twice of what it can do, it does nine tenths of that in time and refuses the rest within 5 ms', () => {
  const { goodput, refusedP99Ms, servedP99Ms } = asked(2, 'adaptive')
  expect(goodput).toBeGreaterThan(0.9 * capacity)
  expect(refusedP99Ms).toBeLessThan(5)
  expect(servedP99Ms).toBeLessThan(50)
})

test('without a limit the same server answers next to nothing in time; with a wide fixed one it refuses late', () => {
  expect(asked(2, Number.POSITIVE_INFINITY).goodput).toBeLessThan(0.1 * capacity)
  expect(asked(2, 512).refusedP99Ms).toBeGreaterThan(50)
})

test('a service behind that hangs for half a second: no page is refused, as a narrow fixed limit would', () => {
  const hung = { rate: 250, upstreamMs: 500, deadlineMs: 2000 }
  expect(asked(1, 'adaptive', hung).refused).toBe(0)
  const { refused } = asked(1, 64, hung)
  expect(refused).toBeGreaterThan(1000)
})
