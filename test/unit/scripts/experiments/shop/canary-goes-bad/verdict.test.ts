import { expect, test } from 'vitest'
import { allPassed } from '../../../../../../scripts/checks/check.ts'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'
import type { RequestRecord } from '../../../../../../scripts/experiments/core/traffic-bins.ts'
import { story } from '../../../../../../scripts/experiments/shop/canary-goes-bad/story.ts'
import {
  type CallerObserved,
  type Config,
  type Observed,
  verdict,
} from '../../../../../../scripts/experiments/shop/canary-goes-bad/verdict.ts'
import { canaryGoesBad } from '../../../../../../scripts/experiments/shop/canary-goes-bad.ts'

const config: Config = {
  declared: true,
  rule: { consecutiveErrors: 3, intervalMs: 1_000, baseMs: 5_000 },
  percent: 25,
  stable: ['catalog-0', 'catalog-1', 'catalog-2'],
  replicas: 3,
  callers: ['gateway-0'],
  customers: 4,
  ejectedWithinMs: 5_000,
  ejection: true,
}
/** One every 10 ms of ten seconds; the first so many of a time fail. */
const pages = (failed: { before?: number; allBad?: number; after?: number }, ms = 5): RequestRecord[] =>
  Array.from({ length: 1_000 }, (_, n) => {
    const sentAtMs = n * 10
    const failing =
      sentAtMs < (failed.before ?? 0) * 10 ||
      (sentAtMs >= 5_000 && sentAtMs < 5_000 + (failed.allBad ?? 40) * 10) ||
      (sentAtMs >= 8_000 && sentAtMs < 8_000 + (failed.after ?? 0) * 10)
    return { sentAtMs, endedAtMs: sentAtMs + ms, outcome: failing ? 'failed' : 'ok' }
  })
const caller: CallerObserved = { caller: 'gateway-0', failed: 4, ejected: true, toBad: 0, toOther: 30 }
const good: Observed = {
  callers: [caller],
  countedTooLong: false,
  allBadMs: 5_000,
  takeBackMs: 6_500,
  takenBackMs: 8_000,
  records: pages({}),
  after: config.stable,
}
const failing = (over: Partial<Observed>) =>
  verdict(config, { ...good, ...over })
    .filter(({ passed }) => !passed)
    .map(({ name, doubt }) => [name, doubt !== undefined])
const called = (over: Partial<CallerObserved>): Partial<Observed> => ({ callers: [{ ...caller, ...over }] })
const all = 'pages that failed while all of the canary was bad, of 150: at most its share'

test('a bad replica costs nobody a page, a bad canary its share, and none when it is taken back', () => {
  expect(allPassed(verdict(config, good))).toBe(true)
  expect(story(config, good).summary).toBe(
    'With 25 % of the requests at the canary, its bad replica was ejected after 4 failures. When all of it was bad, 40 of 150 pages failed; after the split was taken back, 0.',
  )
})

test.each<[string, Partial<Observed>, readonly string[]]>([
  [
    'nothing failed',
    called({ failed: 0 }),
    ["requests that failed in the canary's bad replica", 'failures until its ejection: in a row, and of requests under way'],
  ],
  ['it fails for too long', called({ failed: 8 }), ['failures until its ejection: in a row, and of requests under way']],
  ['it is not ejected', called({ ejected: false }), ['it was ejected']],
  ['it is asked all the same', called({ toBad: 1 }), ['requests to the bad replica after its ejection']],
  ['the canary gets nothing', called({ toOther: 0 }), ['requests to the other replica of the canary meanwhile']],
  ['a page fails for one replica', { records: pages({ before: 1 }) }, ['pages that failed while one replica of the canary was bad']],
  ['no page fails although all of it is bad', { records: pages({ allBad: 0 }) }, [all]],
  ['more than its share fail', { records: pages({ allBad: 60 }) }, [all]],
  ['pages fail when it is taken back', { records: pages({ after: 1 }) }, ['pages that failed after the split was taken back']],
  ['nobody asks then', { takenBackMs: 10_000 }, ['pages asked for after that']],
  ['a replica of it stays', { after: [...config.stable, 'catalog-v2-0'] }, ['replicas of catalog after that']],
])('it fails when %s', (_, over, names) => {
  expect(failing(over)).toEqual(names.map((name) => [name, false]))
})

test('what a slow machine shows is doubtful', () => {
  expect(failing({ records: pages({ before: 3, after: 1 }, 1_001) }).every(([, isDoubtful]) => isDoubtful)).toBe(true)
  expect(failing(called({ failed: 2, ejected: false, toBad: 2 })).every(([, isDoubtful]) => isDoubtful)).toBe(true)
  expect(failing({ countedTooLong: true, ...called({ toBad: 2 }) })).toEqual([['requests to the bad replica after its ejection', true]])
})

const { negativeControl } = canaryGoesBad
const ofControl = called({ failed: 40, ejected: false, toBad: 20 })

test('without ejection the bad replica is asked on and on, and the control sees it', () => {
  expect(negativeControl.without?.(config)).toEqual({ ...config, ejection: false })
  expect(failedAsItMust(verdict(config, { ...good, ...ofControl }), negativeControl)).toBe(true)
})

test.each<[string, Partial<Observed>]>([
  ['it is left alone all the same', called({ failed: 40, toBad: 0 })],
  ['nothing failed', called({ failed: 0, toBad: 20 })],
  ['pages fail after the split', { ...ofControl, records: pages({ after: 1 }) }],
])('the control has not failed as it must when %s', (_, over) => {
  expect(failedAsItMust(verdict(config, { ...good, ...over }), negativeControl)).toBe(false)
})
