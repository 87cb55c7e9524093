import { expect, test } from 'vitest'
import { overloads } from '../../../../../../scripts/experiments/shop/overload/rounds.ts'
import type { Goodput } from '../../../../../../scripts/load/open-loop/goodput.ts'

const goodput = (rate: number, inTime: number): Goodput => ({
  offeredPerSecond: rate,
  goodputPerSecond: inTime,
  requests: rate,
  inTime,
  tooLate: 0,
  outcomes: [],
  generator: { lateShare: 0, lateP99Ms: 1, cores: 0.2 },
})

/** @param capacity answers in time per second that the shop is capable of, at each load; the last is that of all that follow */
async function asked(peak: number, ...capacity: number[]) {
  const rates: number[] = []
  let refused = 0
  const { rungs, rounds } = await overloads(
    {
      load: async (rate) => {
        const inTime = Math.min(rate, capacity[rates.length] ?? capacity.at(-1) ?? 0)
        rates.push(rate)
        refused += rate - inTime
        return goodput(rate, inTime)
      },
      refused: async () => refused,
      progress: () => undefined,
    },
    [{ rate: peak, goodput: goodput(peak, peak) }],
    2,
  )
  return { rates, peaks: rungs.map((rung) => rung.goodput.goodputPerSecond), counted: rounds.map((round) => round.counted) }
}

test('three overloads, and less than the peak after each; only what was refused in the overloads is counted', async () => {
  expect(await asked(100, 95)).toEqual({ rates: [200, 80, 200, 80, 200, 80], peaks: [100], counted: [105, 105, 105] })
})

test('what was answered even better than the peak is the peak, and all begins again', async () => {
  expect(await asked(100, 100, 100, 150)).toEqual({
    rates: [200, 80, 200, 300, 120, 300, 120, 300, 120],
    peaks: [100, 150],
    counted: [150, 150, 150],
  })
})

test('a machine that becomes faster all the time is not followed for ever', async () => {
  const { rates, peaks, counted } = await asked(100, Number.POSITIVE_INFINITY)
  expect(peaks).toEqual([100, 200, 400, 800])
  expect(rates).toEqual([200, 400, 800, 1600, 640, 1600, 640, 1600, 640])
  expect(counted).toEqual([0, 0, 0])
})

test('a shop that answers nothing is asked for something all the same', async () => {
  expect((await asked(0, 0)).rates).toEqual([50, 50, 50, 50, 50, 50])
})
