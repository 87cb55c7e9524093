import { expect, test } from 'vitest'
import { arrivalTimes } from '../../../../../scripts/load/open-loop/arrivals.ts'

test('constant arrivals are at equal distances', () => {
  expect([...arrivalTimes({ process: 'constant', rate: 4, seconds: 1.5, seed: 1 })]).toEqual([0, 250, 500, 750, 1000, 1250])
})

test('Poisson arrivals have the rate, are in order, bunch as independent ones do, and are the same for the same seed', () => {
  const order = { process: 'poisson', rate: 200, seconds: 100, seed: 7 } as const
  const times = arrivalTimes(order)
  // 20 000 expected; five standard deviations are 707.
  expect(Math.abs(times.length - 20_000)).toBeLessThan(707)
  const distances = Array.from(times, (at, turn) => at - (times[turn - 1] ?? 0))
  expect(Math.min(...distances)).toBeGreaterThan(0)
  expect(times.at(-1)).toBeLessThan(100_000)
  // Of exponential distances e^-1 are longer than the mean.
  expect(distances.filter((ms) => ms > 5).length / distances.length).toBeCloseTo(Math.exp(-1), 1)
  expect(arrivalTimes(order)).toEqual(times)
  expect(arrivalTimes({ ...order, seed: 8 })).not.toEqual(times)
})
