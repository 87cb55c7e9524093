import { expect, test } from 'vitest'
import {
  type CallerExtent,
  type ExtentConfig,
  extentStory,
  extentVerdict,
  lastsTwice,
  neverMore,
  secondFailed,
} from '../../../../../../scripts/experiments/core/ejection/extent-verdict.ts'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'

const config: ExtentConfig = {
  declared: true,
  rule: { consecutiveErrors: 3, intervalMs: 1_000, baseMs: 5_000 },
  replicas: 3,
  victim: 'reviews-0',
  second: 'reviews-1',
  status: 500,
  mostAtOnce: 1,
  wellMs: 0,
  callers: ['productpage-0'],
}
const right: CallerExtent = {
  caller: 'productpage-0',
  atOnce: 1,
  refused: 2,
  ejections: 2,
  failuresOfSecond: 7,
  wellMs: 0,
  trips: [
    { outBetween: [1_000, 1_020], backBetween: [6_500, 6_530] },
    { outBetween: [6_600, 6_620], backBetween: [17_100, 17_130] },
  ],
}
const judge = (parts: Partial<CallerExtent> = {}, succeeded = 100) =>
  extentVerdict('reviews', config, { callers: [{ ...right, ...parts }], sent: 100, succeeded, slowestMs: 40 })
const failed = (checks: ReturnType<typeof judge>) => checks.filter(({ passed }) => !passed).map(({ name }) => name)
const [first] = right.trips

test('one out at a time, the second trip twice as long: all holds', () => {
  expect(failed(judge())).toEqual([])
})

test.each([
  ['two out at once', judge({ atOnce: 2 }), /^replicas ejected at the same time$/],
  ['no ejection refused', judge({ refused: 0 }), /^ejections that the percentage forbade/],
  ['one refused too many', judge({ refused: 3 }), /^ejections that the percentage forbade/],
  ['a third ejection', judge({ ejections: 3 }), /^ejections in all/],
  ['a second replica that never failed', judge({ failuresOfSecond: 0, refused: 0 }), /^failures of the second replica/],
  ['no second trip', judge({ trips: right.trips.slice(0, 1) }), /^second ejection in a row/],
  [
    'a second trip as long as the first',
    judge({ trips: [...right.trips.slice(0, 1), { outBetween: [6_600, 6_620], backBetween: [12_100, 12_130] }] }),
    /^second ejection in a row/,
  ],
  ['a customer who noticed', judge({}, 99), /^requests answered whole$/],
])('%s fails, by its own check', (_, checks, name) => {
  expect(failed(checks)).toHaveLength(1)
  expect(failed(checks)[0]).toMatch(name)
})

test('a second ejection that came so late that the first may be forgotten is not judged', () => {
  const late = { outBetween: [8_000, 8_020], backBetween: [13_500, 13_530] } as const
  const checks = judge({ trips: first ? [first, late] : [] })
  expect(checks.find(({ passed }) => !passed)?.doubt).toMatch(/^this machine is too slow to judge: the second ejection came 1520 ms/)
})

const decisive = { mustFail: [neverMore, lastsTwice], mustPass: [secondFailed] }
/** Left well for 2.5 s, after which the first ejection is forgotten. */
const wellBefore = {
  wellMs: 2_500,
  trips: first ? [first, { outBetween: [9_100, 9_400], backBetween: [14_900, 14_930] }] : [],
} satisfies Partial<CallerExtent>

test('a control in which all may be ejected and the first ejection is forgotten fails as it must', () => {
  expect(failedAsItMust(judge({ ...wellBefore, atOnce: 2, ejections: 3 }), decisive)).toBe(true)
})

test.each<[string, Partial<CallerExtent>]>([
  ['nothing was broken', { ...wellBefore, atOnce: 0, failuresOfSecond: 0 }],
  ['only one was ejected all the same', wellBefore],
  ['the second ejection lasted twice as long all the same', { atOnce: 2 }],
])('it has not when %s', (_, parts) => {
  expect(failedAsItMust(judge(parts), decisive)).toBe(false)
})

test('the story tells how many were out and how long each ejection lasted', () => {
  const tell = (parts: Partial<CallerExtent>) =>
    extentStory('reviews', config, { callers: [{ ...right, ...parts }], sent: 1, succeeded: 1, slowestMs: 1 }).summary
  expect(tell({})).toBe(
    'Two of 3 reviews replicas failed: at most 1 of them was ejected at the same time, and 2 times one more was refused. The first ejection of the one that went on failing lasted 5.5 s, the next 10.5 s.',
  )
  expect(tell({ atOnce: 2, refused: undefined, trips: [{ outBetween: [0, 10] }] })).toBe(
    'Two of 3 reviews replicas failed: at most 2 of them were ejected at the same time. The first ejection of the one that went on failing lasted longer than the run, the next no time.',
  )
  expect(extentStory('reviews', config, { callers: [], sent: 0, succeeded: 0, slowestMs: 0 })).toEqual({})
})

test('what a proxy does not count is not checked', () => {
  expect(judge({ refused: undefined, ejections: undefined })).toHaveLength(judge().length - 2)
})

test('a customer whose answer took longer than a sweep proves nothing', () => {
  const observed = { callers: [right], sent: 100, succeeded: 99, slowestMs: 1_500 }
  const [check] = extentVerdict('reviews', config, observed).filter(({ passed }) => !passed)
  expect(check?.doubt).toMatch(/^this machine is too slow to judge: an answer took 1500 ms/)
})
