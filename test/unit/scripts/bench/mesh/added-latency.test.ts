import { expect, test } from 'vitest'
import { addedLatency, type Round } from '../../../../../scripts/bench/mesh/added-latency.ts'

const latency = (p50Ms: number, p99Ms: number, failed = 0) => ({ requestsPerSecond: 400, p50Ms, p99Ms, failed })
const round = (shop: number, plain: number, failed = 0): Round => ({
  shopWithout: latency(1, 10),
  shopWith: latency(2, 10 + shop, failed),
  plainWithout: latency(0.5, 2),
  plainWith: latency(1, 2 + plain),
})

test('what sidecars add is a difference within a round, and rounds are judged by their median', () => {
  const added = addedLatency([round(2, 4), round(300, 4), round(4, 4)])
  expect(added.shop).toEqual({ p50Ms: 1, p99Ms: 4 })
  expect(added.plain).toEqual({ p50Ms: 0.5, p99Ms: 4 })
  expect(added.p99Ratio).toEqual({ median: 1, min: 0.5, max: 75 })
  expect(added.ways.shopWith.p99Ms).toBe(14)
})

test('failures are not averaged away', () => {
  expect(addedLatency([round(2, 4), round(2, 4, 3), round(2, 4)]).ways.shopWith.failed).toBe(3)
})
