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

test('five overloads, and the peak before each; only what was refused in the overloads is counted', async () => {
  expect(await asked(100, 95)).toEqual({
    rates: Array.from({ length: 5 }, () => [100, 200]).flat(),
    peaks: [100],
    counted: [105, 105, 105, 105, 105],
  })
})

test('when more is answered than at the peak, the peak is looked for again, and all begins again', async () => {
  const { rates, peaks, counted } = await asked(100, 100, 100, 100, 150)
  expect(rates.slice(0, 4)).toEqual([100, 200, 100, 200])
  expect(rates.slice(4)).toEqual([105, 126, 151, 181, 181, 217, 217, ...Array.from({ length: 5 }, () => [151, 300]).flat()])
  expect(peaks).toEqual([105, 126, 150, 150, 150])
  expect(counted).toEqual([150, 150, 150, 150, 150])
})

test('a machine that becomes faster all the time is not followed for ever', async () => {
  let fastest = 50
  const { rounds } = await overloads(
    {
      load: async (rate) => {
        fastest *= 1.4
        return goodput(rate, Math.min(rate, fastest))
      },
      refused: async () => 0,
      progress: () => undefined,
    },
    [{ rate: 50, goodput: goodput(50, 50) }],
    2,
  )
  expect(rounds).toHaveLength(5)
})

test('a shop that answers nothing is asked for something all the same', async () => {
  expect((await asked(0, 0)).rates).toEqual(Array.from({ length: 5 }, () => [0, 20]).flat())
})
