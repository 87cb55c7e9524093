import { expect, test } from 'vitest'
import { climb, warmUp } from '../../../../../../scripts/experiments/shop/overload/climb.ts'
import { peakOf } from '../../../../../../scripts/experiments/shop/overload/verdict.ts'
import type { Goodput } from '../../../../../../scripts/load/open-loop/goodput.ts'

const goodput = (rate: number, inTime: number, inconclusive?: string): Goodput => ({
  offeredPerSecond: rate,
  goodputPerSecond: inTime,
  requests: rate,
  inTime,
  tooLate: 0,
  outcomes: [],
  generator: { lateShare: 0, lateP99Ms: 1, cores: 0.2, ...(inconclusive !== undefined && { inconclusive }) },
})

/** A shop that answers at most so many a second in time, and fewer when it is asked for more. */
const shopOf = (capacity: number) => (rate: number) => goodput(rate, rate <= capacity ? rate : capacity * 0.8)

test('large steps find about where the capacity is, small ones its peak; what was not kept up with is tried again', async () => {
  const asked: number[] = []
  const shop = shopOf(300)
  const rungs = await climb(async (rate) => {
    asked.push(rate)
    return shop(rate)
  })
  expect(asked).toEqual([10, 20, 40, 80, 160, 320, 320, 112, 134, 161, 193, 232, 278, 334, 334, 401, 401])
  expect(rungs.map(({ rate }) => rate)).toEqual([112, 134, 161, 193, 232, 278, 334, 401])
  expect(peakOf(rungs)).toBe(278)
})

test('one bad moment does not end it, and of two tries the better counts', async () => {
  const shop = shopOf(100)
  let calls = 0
  const rungs = await climb(async (rate) => {
    calls += 1
    return calls === 2 || calls === 10 ? goodput(rate, 0) : shop(rate)
  })
  expect(rungs.map(({ rate, goodput: { inTime } }) => [rate, inTime])).toEqual([
    [56, 56],
    [67, 67],
    [80, 80],
    [96, 96],
    [115, 80],
    [138, 80],
  ])
})

test('a shop that answers nothing has no peak', async () => {
  const rungs = await climb(async (rate) => goodput(rate, 0))
  expect(rungs.map(({ rate }) => rate)).toEqual([10, 12])
  expect(peakOf(rungs)).toBe(0)
})

test('a generator that is late ends it, and what it could not measure is among the steps', async () => {
  const rungs = await climb(async (rate) => goodput(rate, rate, rate > 100 ? 'late' : undefined))
  expect(rungs.map(({ rate, goodput: { generator } }) => [rate, generator.inconclusive])).toEqual([
    [56, undefined],
    [67, undefined],
    [80, undefined],
    [96, undefined],
    [115, 'late'],
    [138, 'late'],
  ])
})

test('it does not climb for ever', async () => {
  const rungs = await climb(async (rate) => goodput(rate, rate))
  expect(rungs.map(({ rate }) => rate)).toEqual([3584, 4301, 5161, 6193])
})

test('a shop is warm when three loads in a row are answered no better', async () => {
  const asked: number[] = []
  await warmUp(async (rate) => {
    asked.push(rate)
    return goodput(rate, Math.min(rate, 200))
  })
  expect(asked).toEqual([100, 130, 169, 220, 260, 260, 260])
})

test('a shop that becomes faster all the time is warm enough at some time', async () => {
  let loads = 0
  await warmUp(async (rate) => {
    loads += 1
    return goodput(rate, rate)
  })
  expect(loads).toBe(10)
})
