import { expect, test } from 'vitest'
import { addedLatency, type Round } from '../../../../../scripts/bench/mesh/added-latency.ts'

const latency = (p50Ms: number, p99Ms: number, failed = 0) => ({ requestsPerSecond: 400, p50Ms, p99Ms, failed })
const round = (governed: number, plain: number, failed = 0): Round => ({
  catalogWithout: latency(1, 10),
  catalogWith: latency(3, 17, failed),
  bare: latency(0.5, 2),
  plain: latency(1, 2 + plain),
  plainAgain: latency(1, 3 + plain),
  governed: latency(1.5, 2 + governed),
})

test('what sidecars add is a difference within a round, and rounds are judged by their median', () => {
  const added = addedLatency([round(5, 4), round(300, 4), round(4, 4)])
  expect(added.catalog).toEqual({ p50Ms: 2, p99Ms: 7 })
  expect(added.plain).toEqual({ p50Ms: 0.5, p99Ms: 4 })
  expect(added.governed).toEqual({ p50Ms: 1, p99Ms: 5 })
  expect(added.p99Ratio).toBe(1.25)
  expect(added.noiseRatio).toBe(1.25)
  expect(added.setups.governed.p99Ms).toBe(7)
})

test('failures are not averaged away', () => {
  expect(addedLatency([round(2, 4), round(2, 4, 3), round(2, 4)]).setups.catalogWith.failed).toBe(3)
})
