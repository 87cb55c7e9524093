import { expect, test } from 'vitest'
import { fisherExact } from '../../../../../../services/gateway/stages/release/fisher.ts'
import { type Compared, judgeRelease, mistakes, thresholdAt } from '../../../../../../services/gateway/stages/release/judge-release.ts'
import { ReleaseCounts } from '../../../../../../services/gateway/stages/release/release-counts.ts'

const group = (bad: number, answered: number) => ({ bad, answered })

test.each([
  // Fisher's tea: 3 of 4 against 1 of 4 is 17/70.
  [group(3, 4), group(1, 4), 17 / 70],
  [group(4, 4), group(0, 4), 1 / 70],
  // 252 of the ways to choose 5 of 100.
  [group(5, 10), group(0, 90), 252 / 75_287_520],
  [group(1, 2), group(1, 2), 5 / 6],
  [group(0, 10), group(5, 10), 1],
  [group(10, 10), group(10, 10), 1],
  [group(0, 0), group(0, 0), 1],
  [group(3, 10), group(0, 0), 1],
] as const)('%j against %j: %d', (first, second, expected) => expect(fisherExact(first, second)).toBeCloseTo(expected, 12))

test('it is exact for many, too: as the sum of all ways to deal them out', () => {
  /** By rational numbers: C(n, k) as BigInt. */
  const choose = (n: bigint, k: bigint): bigint => {
    let result = 1n
    for (let i = 0n; i < k; i += 1n) result = (result * (n - i)) / (i + 1n)
    return result
  }
  const exact = (a: number, n: number, b: number, m: number): number => {
    let deals = 0n
    for (let x = a; x <= Math.min(n, a + b); x += 1) deals += choose(BigInt(n), BigInt(x)) * choose(BigInt(m), BigInt(a + b - x))
    return Number((deals * 10n ** 40n) / choose(BigInt(n + m), BigInt(a + b))) / 1e40
  }
  for (const [a, n, b, m] of [
    [12, 300, 20, 2700],
    [30, 500, 15, 900],
    [1, 400, 3, 400],
  ] as const)
    expect(fisherExact(group(a, n), group(b, m)) / exact(a, n, b, m)).toBeCloseTo(1, 9)
})

const both = (compared: Compared) => ({ release: compared, 'last minute': compared })

test('half of ten answers bad against none of ninety is beyond chance at the tenth look; one of ten is not', () => {
  expect(judgeRelease(both({ canary: group(5, 10), prod: group(0, 90) }), 10)).toEqual({
    span: 'release',
    canary: group(5, 10),
    prod: group(0, 90),
    pValue: expect.closeTo(3.347e-6, 8),
    threshold: 0.01 / 220,
  })
  expect(judgeRelease(both({ canary: group(1, 10), prod: group(0, 90) }), 10)).toBeUndefined()
})

test('negative control: as bad as prod, or better, is never undone', () => {
  expect(judgeRelease(both({ canary: group(50, 100), prod: group(450, 900) }), 1)).toBeUndefined()
  expect(judgeRelease(both({ canary: group(0, 100), prod: group(450, 900) }), 1)).toBeUndefined()
})

test('a past of a day does not hide the last minute', () => {
  const release = { canary: group(60, 100_000), prod: group(500, 900_000) }
  const lastMinute = { canary: group(10, 60), prod: group(0, 540) }
  expect(judgeRelease({ release, 'last minute': lastMinute }, 3600)).toMatchObject({ span: 'last minute' })
})

test('all looks together spend no more than the mistakes that are allowed', () => {
  let spent = 0
  for (let look = 1; look <= 1_000_000; look += 1) spent += 2 * thresholdAt(look)
  expect(spent).toBeLessThan(mistakes)
  expect(spent).toBeGreaterThan(0.99 * mistakes)
})

/** mulberry32: the same numbers each time. */
const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

/** Ten requests a second, a tenth of them the canary's. @returns the second in which it is undone */
function undoneAfter(seed: number, rates: { readonly canary: number; readonly prod: number }, seconds: number): number | undefined {
  const draw = random(seed)
  const counts = new ReleaseCounts()
  for (let second = 1; second <= seconds; second += 1) {
    for (let request = 0; request < 10; request += 1) {
      const side = draw() < 0.1 ? 'canary' : 'prod'
      counts.count(side, draw() < rates[side], second * 1000)
    }
    const seen = counts.look(second * 1000)
    if (seen && judgeRelease(seen.spans, seen.look)) return second
  }
  return undefined
}
const releases = 200
const undone = (rates: { readonly canary: number; readonly prod: number }) =>
  Array.from({ length: releases }, (_, seed) => undoneAfter(seed + 1, rates, 180)).filter((second) => second !== undefined)

test('of releases as good as prod, watched each second for three minutes, hardly one is undone', () => {
  expect(undone({ canary: 0.05, prod: 0.05 }).length).toBeLessThanOrEqual(releases * mistakes)
})

test('a canary that fails half of its requests is undone, every time, and most within half a minute', () => {
  const times = undone({ canary: 0.5, prod: 0.01 })
  expect(times).toHaveLength(releases)
  expect(times.filter((second) => second <= 30).length).toBeGreaterThan(releases / 2)
})

test('a look without a new answer of the canary is none; a second older than a minute counts for the release alone', () => {
  const counts = new ReleaseCounts()
  expect(counts.look(0)).toBeUndefined()
  counts.count('prod', false, 500)
  expect(counts.look(900)).toBeUndefined()
  counts.count('canary', true, 1000)
  expect(counts.look(1500)).toMatchObject({ look: 1, spans: { release: { canary: group(1, 1), prod: group(0, 1) } } })
  expect(counts.look(2500)).toBeUndefined()
  counts.count('canary', false, 61_500)
  expect(counts.look(61_900)).toEqual({
    look: 2,
    spans: { release: { canary: group(1, 2), prod: group(0, 1) }, 'last minute': { canary: group(0, 1), prod: group(0, 0) } },
  })
})
