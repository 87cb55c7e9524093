import { expect, test } from 'vitest'
import { allPassed } from '../../../../../../scripts/checks/check.ts'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'
import type { RequestRecord } from '../../../../../../scripts/experiments/core/traffic-bins.ts'
import { story } from '../../../../../../scripts/experiments/shop/zone-loss/story.ts'
import { type CallerObserved, type Config, type Observed, verdict } from '../../../../../../scripts/experiments/shop/zone-loss/verdict.ts'
import { zoneLoss } from '../../../../../../scripts/experiments/shop/zone-loss.ts'

const config: Config = {
  declared: true,
  rule: { consecutiveErrors: 3, intervalMs: 1_000, baseMs: 5_000 },
  attempts: 2,
  replicas: 3,
  near: ['catalog-0'],
  callers: ['gateway-0'],
  customers: 4,
  failoverWithinMs: 5_000,
}
const pages = (failed: number, ms = 20): RequestRecord[] =>
  Array.from({ length: 100 }, (_, n) => ({ sentAtMs: n * 50, endedAtMs: n * 50 + ms, outcome: n < failed ? 'failed' : 'ok' }))
const caller: CallerObserved = {
  caller: 'gateway-0',
  before: { near: 30, far: 0 },
  during: { near: 0, far: 60 },
  after: { near: 30, far: 0 },
  failed: 4,
  ejected: 1,
}
const good: Observed = {
  callers: [caller],
  failoverMs: 140.4,
  countedTooLong: false,
  returnMs: 4_200,
  lostMs: 500,
  leftOutMs: 640,
  letGoMs: 2_000,
  backMs: 4_000,
  records: pages(1),
}
const failing = (over: Partial<Observed>, of: Partial<Config> = {}) =>
  verdict({ ...config, ...of }, { ...good, ...over })
    .filter(({ passed }) => !passed)
    .map(({ name, doubt }) => [name, doubt !== undefined])
const called = (over: Partial<CallerObserved>): Partial<Observed> => ({ callers: [{ ...caller, ...over }] })

test('requests stay in their zone, leave it when it is lost, and come home', () => {
  expect(allPassed(verdict(config, good))).toBe(true)
  expect(story(config, good).summary).toBe(
    '0.1 s after the loss of a zone it was left out: 1 of 100 pages failed, 60 requests went to the other zone, and they came home 4.2 s after the zone was let go.',
  )
})

test.each<[string, Partial<Observed>, readonly string[]]>([
  ['they do not stay in their zone', called({ before: { near: 10, far: 20 } }), ['requests to the other zone before']],
  ['nobody asked before', called({ before: { near: 0, far: 0 } }), ['requests to the own zone before']],
  [
    'nothing was lost',
    called({ failed: 0 }),
    ['requests that failed in the lost zone', 'failures until they were ejected: in a row each, and of requests under way'],
  ],
  ['it is ejected too early', called({ failed: 2 }), ['failures until they were ejected: in a row each, and of requests under way']],
  ['it is left out too late', called({ failed: 8 }), ['failures until they were ejected: in a row each, and of requests under way']],
  ['a replica is not ejected', called({ ejected: 0 }), ['replicas of the lost zone that were ejected']],
  ['the lost zone is asked', called({ during: { near: 1, far: 60 } }), ['requests to the lost zone after the failover']],
  ['the other zone is not asked', called({ during: { near: 0, far: 0 } }), ['requests to the other zone after the failover']],
  ['they do not come home', called({ after: { near: 0, far: 0 } }), ['requests to the own zone after its return']],
  ['some stay away', called({ after: { near: 30, far: 1 } }), ['requests to the other zone after the return']],
  [
    'more pages fail than were under way',
    { records: pages(5) },
    ['pages that failed while the zone was lost: at most those under way when a replica is ejected'],
  ],
  ['a page fails when it is back', { letGoMs: 20, backMs: 30, records: pages(2) }, ['pages that failed when it was back']],
])('it fails when %s', (_, over, names) => {
  expect(failing(over)).toEqual(names.map((name) => [name, false]))
})

test('there is no failover without another zone, nor without the rule', () => {
  expect(failing({}, { replicas: 1 })).toEqual([['replicas in the other zone', false]])
  expect(failing({}, { declared: false })).toEqual([['DestinationRule declares outlierDetection', false]])
})

test('what fails while a replica starts is not judged', () => {
  expect(failing({ letGoMs: 20, records: pages(30) })).toEqual([])
})

test('what a slow machine shows is doubtful', () => {
  expect(failing({ records: pages(5, 1_001), failoverMs: 6_000 })).toEqual([
    ['ms from the loss until all proxies left the zone out', true],
    ['pages that failed while the zone was lost: at most those under way when a replica is ejected', true],
  ])
  expect(failing(called({ failed: 2, ejected: 0, during: { near: 3, far: 9 } }))).toEqual([
    ['replicas of the lost zone that were ejected', true],
    ['failures until they were ejected: in a row each, and of requests under way', true],
    ['requests to the lost zone after the failover', true],
  ])
  expect(failing({ countedTooLong: true, ...called({ during: { near: 3, far: 9 } }) })).toEqual([
    ['requests to the lost zone after the failover', true],
  ])
})

test('a page that waits for a replica of the lost zone does not make the machine slow', () => {
  const waiting = (sentAtMs: number): Partial<Observed> => ({
    records: [...pages(5), { sentAtMs, endedAtMs: sentAtMs + 1_800, outcome: 'ok' }],
  })
  const many = 'pages that failed while the zone was lost: at most those under way when a replica is ejected'
  expect(failing(waiting(490))).toEqual([[many, false]])
  expect(failing(waiting(630))).toEqual([[many, false]])
  expect(failing(waiting(640))).toEqual([[many, true]])
  // One that is never left out keeps pages waiting until it is let go.
  const { leftOutMs: _, ...never } = good
  const doubts = (over: Partial<Observed>) =>
    verdict(config, { ...never, ...over }).flatMap(({ passed, doubt }) => (passed ? [] : [doubt !== undefined]))
  expect(doubts(waiting(1_900))).toEqual([false])
  expect(doubts(waiting(2_000))).toEqual([true])
})

const { failoverMs: _, leftOutMs: __, ...notLeftOut } = good
const ofControl: Observed = {
  ...notLeftOut,
  ...called({ before: { near: 10, far: 20 }, during: { near: 20, far: 40 }, after: { near: 10, far: 20 }, failed: 60, ejected: 0 }),
}
const { negativeControl } = zoneLoss

test('without ejection the lost zone is asked on and on, and the control sees it', () => {
  expect(failedAsItMust(verdict(config, ofControl), negativeControl)).toBe(true)
})

test.each<[string, Partial<CallerObserved>]>([
  ['the zone is left out all the same', { during: { near: 0, far: 40 } }],
  ['nothing was lost', { failed: 0 }],
  ['the zone does not come back', { after: { near: 0, far: 20 } }],
])('the control has not failed as it must when %s', (_, over) => {
  const [one = caller] = ofControl.callers
  expect(failedAsItMust(verdict(config, { ...ofControl, callers: [{ ...one, ...over }] }), negativeControl)).toBe(false)
})
