import { expect, test } from 'vitest'
import type { Check } from '../../../../../../scripts/checks/check.ts'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'
import { gatewayOverload } from '../../../../../../scripts/experiments/shop/gateway-overload.ts'
import {
  keepsGoodput,
  type OverloadObserved,
  overloadStory,
  overloadVerdict,
  type Round,
  wasOverloaded,
} from '../../../../../../scripts/experiments/shop/overload/verdict.ts'
import type { GeneratorHealth, Goodput, OutcomeSummary } from '../../../../../../scripts/load/open-loop/goodput.ts'

const config = { maxInFlight: 512, path: '/v1/products/MUG-BLUE', deadlineMs: 250, times: 2 }
const onTime: GeneratorHealth = { lateShare: 0, lateP99Ms: 1, cores: 0.2 }
const of = (outcome: string, count: number, p99Ms: number): OutcomeSummary => ({ outcome, count, p50Ms: p99Ms / 2, p99Ms })

const goodput = (offered: number, inTime: number, parts: Partial<Goodput> = {}): Goodput => ({
  offeredPerSecond: offered,
  goodputPerSecond: inTime,
  requests: offered,
  inTime,
  tooLate: 0,
  outcomes: [of('200', inTime, 60), of('503 OVERLOADED', offered - inTime, 3)],
  generator: onTime,
  ...parts,
})

const rungs = [
  { rate: 400, goodput: goodput(400, 400) },
  { rate: 600, goodput: goodput(600, 500) },
]
const traffic = { caller: 'customers', binMs: 250, bins: [] }
const atPeak = { rate: 600, goodput: goodput(600, 500) }
const shed: Round = { atPeak, overload: { rate: 1000, goodput: goodput(1000, 470) }, counted: 530 }
const collapsedWith = (generator: GeneratorHealth = onTime): Round => ({
  atPeak: { rate: 600, goodput: goodput(600, 30) },
  overload: {
    rate: 1000,
    goodput: goodput(1000, 20, { tooLate: 480, outcomes: [of('200', 500, 900), of('given up', 500, 1000)], generator }),
  },
  counted: 0,
})
/** Three times the same, or what each was. */
const thrice = (...rounds: Round[]): OverloadObserved => ({
  rungs,
  traffic,
  rounds: rounds.length > 1 ? rounds : [...rounds, ...rounds, ...rounds],
})
/** What a gateway without a limit does: everything, too late. */
const collapsed = (generator?: GeneratorHealth): OverloadObserved => thrice(collapsedWith(generator))

const named = (checks: readonly Check[], name: string): Check => {
  const found = checks.find((check) => check.name === name)
  if (!found) throw new Error(`no check ${name}`)
  return found
}
const failing = (checks: readonly Check[]) => checks.filter(({ passed }) => !passed).map(({ name }) => name)

test('who refuses the excess at once and keeps its goodput passes', () => {
  expect(failing(overloadVerdict(config, thrice(shed)))).toEqual([])
})

test('who does everything too late fails, and that is what the control looks for', () => {
  const checks = overloadVerdict({ ...config, maxInFlight: 0 }, collapsed())
  expect(failing(checks)).toEqual(
    expect.arrayContaining([keepsGoodput, 'the gateway limits its requests in flight', 'requests refused at once']),
  )
  expect(failedAsItMust(checks, gatewayOverload.negativeControl)).toBe(true)
  expect(failedAsItMust(overloadVerdict(config, thrice(shed)), gatewayOverload.negativeControl)).toBe(false)
})

test('a load that was none proves nothing', () => {
  const checks = overloadVerdict(
    config,
    thrice({ ...collapsedWith(), overload: { rate: 500, goodput: goodput(500, 20, { outcomes: [of('200', 500, 900)] }) } }),
  )
  expect(failing(checks)).toContain(wasOverloaded)
  expect(failedAsItMust(checks, gatewayOverload.negativeControl)).toBe(false)
})

test('a shop of which nothing was seen was not overloaded', () => {
  const checks = overloadVerdict(config, {
    ...thrice({ ...shed, atPeak: { rate: 40, goodput: goodput(40, 0) } }),
    rungs: [{ rate: 40, goodput: goodput(40, 0) }],
  })
  expect(named(checks, wasOverloaded)).toMatchObject({ passed: false, actual: 'never' })
  expect(named(checks, keepsGoodput)).toMatchObject({ passed: false, actual: 'never' })
})

test('a late generator is a doubt where its lateness could be the reason, and none where it could not', () => {
  const late = (lateShare: number): GeneratorHealth => ({ ...onTime, lateShare, inconclusive: 'late' })
  expect(named(overloadVerdict(config, collapsed(late(0.6))), keepsGoodput)).toMatchObject({ passed: false, doubt: 'late' })
  const refuted = named(overloadVerdict(config, collapsed(late(0.2))), keepsGoodput)
  expect(refuted.passed).toBe(false)
  expect(refuted.doubt).toBeUndefined()
})

test('a peak that the generator could not measure makes what is compared with it doubtful', () => {
  const unknown = { rate: 600, goodput: goodput(600, 500, { generator: { ...onTime, lateShare: 0.1, inconclusive: 'late' } }) }
  const checks = overloadVerdict(config, { ...collapsed(), rungs: [unknown] })
  expect(named(checks, keepsGoodput).doubt).toBe('late')
})

test('a shop that does more than at its peak was not overloaded: that is a doubt, for the control too', () => {
  const checks = overloadVerdict(config, thrice({ ...shed, overload: { rate: 1000, goodput: goodput(1000, 700) }, counted: 300 }))
  expect(named(checks, keepsGoodput)).toMatchObject({ passed: false, doubt: expect.stringContaining('at most 500') })
  expect(failedAsItMust(checks, gatewayOverload.negativeControl)).toBe(false)
})

test('refusals that take as long as pages, or come after the deadline, fail', () => {
  const refusedIn = (refusedMs: number, pageMs: number): OverloadObserved =>
    thrice({
      ...shed,
      overload: { rate: 1000, goodput: goodput(1000, 470, { outcomes: [of('200', 470, pageMs), of('503 OVERLOADED', 530, refusedMs)] }) },
    })
  expect(failing(overloadVerdict(config, refusedIn(50, 60)))).toEqual(['time of a refusal, of that of a page (p50)'])
  expect(failing(overloadVerdict(config, refusedIn(300, 900)))).toEqual(['ms of a refusal (p99)'])
})

test('who refuses nothing and has not recovered afterwards has collapsed: that is no doubt, and what the control looks for', () => {
  const checks = overloadVerdict(config, thrice({ ...collapsedWith(), atPeak: { rate: 600, goodput: goodput(600, 0) } }))
  expect(named(checks, keepsGoodput).doubt).toBeUndefined()
  expect(failedAsItMust(checks, gatewayOverload.negativeControl)).toBe(true)
})

test('refusals that nobody counted are no refusals of the limit', () => {
  expect(failing(overloadVerdict(config, thrice({ ...shed, counted: 100 })))).toEqual(['requests that the gateway counted as refused'])
})

test('the story is one sentence with the numbers', () => {
  expect(overloadStory(config, thrice(shed)).summary).toBe(
    'At its best the shop answered 500 pages per second within 250 ms; asked for 1000, it answered 470 in time (median of 3 times): 530 were refused, half of them within 1.5 ms, and half of the pages came within 30 ms. Asking used 0.2 cores.',
  )
  expect(overloadStory(config, collapsed()).summary).toContain('it answered 20 in time (median of 3 times): none was refused')
})

test('of three times the median counts, each with the peak beside it; of a machine that is not as fast at all times nothing is said', () => {
  const rounds = (...ofPeak: [inTime: number, atPeak: number][]) =>
    thrice(
      ...ofPeak.map(([inTime, peak]) => ({
        ...shed,
        atPeak: { rate: 600, goodput: goodput(600, peak) },
        overload: { rate: 1000, goodput: goodput(1000, inTime) },
        counted: 1000 - inTime,
      })),
    )
  expect(failing(overloadVerdict(config, rounds([480, 500], [400, 500], [400, 440])))).toEqual([])
  const worse = named(overloadVerdict(config, rounds([480, 500], [400, 500], [420, 500])), keepsGoodput)
  expect(worse).toMatchObject({ passed: false, actual: 0.84 })
  expect(worse.doubt).toBeUndefined()
  expect(named(overloadVerdict(config, rounds([480, 500], [250, 370], [400, 500])), keepsGoodput).doubt).toContain('then 500, 370, 500')
})

test('of a peak that was a lucky moment, what it is beside the overloads counts', () => {
  const lucky = {
    ...thrice({ ...shed, atPeak: { rate: 600, goodput: goodput(600, 450) } }),
    rungs: [{ rate: 600, goodput: goodput(600, 560) }],
  }
  expect(named(overloadVerdict(config, lucky), keepsGoodput)).toMatchObject({ passed: true, actual: 1.044 })
})

test('a peak that does not come back while the gateway refuses is a doubt', () => {
  const gone = thrice({
    ...shed,
    atPeak: { rate: 600, goodput: goodput(600, 300) },
    overload: { rate: 1000, goodput: goodput(1000, 290) },
    counted: 710,
  })
  expect(named(overloadVerdict(config, gone), keepsGoodput)).toMatchObject({
    passed: false,
    doubt: expect.stringContaining('at first 500 and then 300, 300, 300'),
  })
})

test('a machine that answers hardly anything is too slow to be judged', () => {
  const slow = {
    ...thrice({ ...shed, atPeak: { rate: 20, goodput: goodput(20, 8) }, overload: { rate: 40, goodput: goodput(40, 2) }, counted: 38 }),
    rungs: [{ rate: 10, goodput: goodput(10, 9) }],
  }
  expect(named(overloadVerdict(config, slow), keepsGoodput)).toMatchObject({
    passed: false,
    doubt: expect.stringContaining('this machine is too slow: at most 9 answers'),
  })
})
