import { expect, test } from 'vitest'
import { goodputOf } from '../../../../../scripts/load/open-loop/goodput.ts'
import { goodputText } from '../../../../../scripts/load/open-loop/goodput-text.ts'
import { givenUp, type Samples } from '../../../../../scripts/load/open-loop/samples.ts'

/** One request every 10 ms, each with its outcome, its latency and how late it was sent. */
function samples(requests: readonly (readonly [outcome: string, latencyMs: number, lateMs?: number])[]): Samples {
  const outcomes = [...new Set(requests.map(([outcome]) => outcome))]
  return {
    dueMs: Float64Array.from(requests, (_, turn) => turn * 10),
    latencyMs: Float64Array.from(requests, ([, ms]) => ms),
    lateMs: Float64Array.from(requests, ([, , ms = 0]) => ms),
    outcome: Uint16Array.from(requests, ([outcome]) => outcomes.indexOf(outcome)),
    outcomes,
    cpuMs: 250,
    wallMs: 1000,
  }
}
const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item)
const rules = { deadlineMs: 250, warmUpMs: 0 }

test('goodput counts answers of 2xx within the deadline and nothing else', () => {
  const goodput = goodputOf(
    samples([
      ...times(60, ['200', 20] as const),
      ...times(20, ['200', 251] as const),
      ...times(15, ['503 OVERLOADED', 1] as const),
      ...times(5, [givenUp, 1000] as const),
    ]),
    rules,
  )
  expect(goodput).toMatchObject({ requests: 100, offeredPerSecond: 100, goodputPerSecond: 60, inTime: 60, tooLate: 20 })
  expect(goodput.outcomes.map(({ outcome, count }) => [outcome, count])).toEqual([
    ['200', 80],
    ['503 OVERLOADED', 15],
    [givenUp, 5],
  ])
  expect(goodput.outcomes[1]).toMatchObject({ p50Ms: 1, p99Ms: 1 })
})

test('the warm-up is not counted', () => {
  const goodput = goodputOf(samples([...times(50, ['200', 900] as const), ...times(50, ['200', 20] as const)]), { ...rules, warmUpMs: 500 })
  expect(goodput).toMatchObject({ requests: 50, goodputPerSecond: 100, tooLate: 0 })
})

test('nothing after the warm-up is an error, not a zero', () => {
  expect(() => goodputOf(samples(times(5, ['200', 1])), { ...rules, warmUpMs: 500 })).toThrow('no request is due after the warm-up')
})

test('a generator that missed its schedule says so: the numbers are not those of the server', () => {
  const late = (count: number) =>
    goodputOf(samples([...times(100 - count, ['200', 20, 1] as const), ...times(count, ['200', 40, 20] as const)]), rules)
  expect(late(1).generator).toEqual({ lateShare: 0.01, lateP99Ms: 1, cores: 0.25 })
  expect(late(2).generator.inconclusive).toContain('2.0 % of the requests more than 10 ms late')
  expect(goodputText(late(2), 250)).toContain('inconclusive')
  expect(goodputText(late(1), 250)).not.toContain('inconclusive')
})
