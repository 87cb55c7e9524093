import { expect, test } from 'vitest'
import { allPassed } from '../../../../../../scripts/checks/check.ts'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'
import type { RequestRecord } from '../../../../../../scripts/experiments/core/traffic-bins.ts'
import { story } from '../../../../../../scripts/experiments/shop/callee-rollout/story.ts'
import { type Config, type Observed, verdict } from '../../../../../../scripts/experiments/shop/callee-rollout/verdict.ts'
import { calleeRollout } from '../../../../../../scripts/experiments/shop/callee-rollout.ts'

const config: Config = { replicas: 3, attempts: 2, timeoutMs: 2_000, perTryMs: 800, customers: 1, orderly: true }
const pages = (ms: number, failed = 0): RequestRecord[] =>
  Array.from({ length: 100 }, (_, n) => ({ sentAtMs: n * 50, endedAtMs: n * 50 + ms, outcome: n < failed ? 'failed' : 'ok' }))
const good: Observed = {
  replaced: 3,
  fromMs: 1_000,
  untilMs: 4_000,
  settledMs: 3_000,
  records: pages(20),
  fewestServed: 4,
  hosts: 3,
  callers: [{ caller: 'gateway-0', counted: { requests: 112, retries: 3 } }],
}
const served = 'pages that failed or left something out, sooner than a read runs out of time'
const failedAfter = (ms: number): RequestRecord => ({ sentAtMs: 2_000, endedAtMs: 2_000 + ms, outcome: 'failed' })
const failing = (over: Partial<Observed>) =>
  verdict(config, { ...good, ...over })
    .filter(({ passed }) => !passed)
    .map(({ name, doubt }) => [name, doubt !== undefined])

test('all are replaced, nobody notices, and what failed was sent again within the limit', () => {
  expect(allPassed(verdict(config, good))).toBe(true)
  expect(story(config, good).summary).toBe(
    '3 replicas of catalog were restarted one after another within 3.0 s: of 100 pages 0 failed, and the mesh sent 3 reads again.',
  )
})

test.each<[string, Partial<Observed>, string]>([
  ['a replica is the process that it was', { replaced: 2 }, 'replicas that are another process than before'],
  ['a page fails', { records: pages(20, 1) }, served],
  ['a page fails on a machine that is slow', { records: [...pages(1_500), failedAfter(799)] }, served],
  ['a page runs out of time where others take a moment', { records: [...pages(20), failedAfter(800)] }, 'pages that ran out of time'],
  ['a new replica gets no request', { fewestServed: 0 }, 'fewest requests that a new replica answered a caller'],
  ['one is missing afterwards', { hosts: 2 }, "replicas that the callers' proxies know afterwards"],
  [
    'the proxy counts fewer reads than there were pages',
    { callers: [{ caller: 'gateway-0', counted: { requests: 98, retries: 0 } }] },
    'first tries by its proxy: one for each page, and those of others',
  ],
  [
    'reads are sent again too often',
    { callers: [{ caller: 'gateway-0', counted: { requests: 310, retries: 208 } }] },
    'further tries by its proxy, at most as often as the route says',
  ],
])('it fails when %s', (_, over, name) => {
  expect(failing(over)).toEqual([[name, false]])
})

test('a page that runs out of time on a machine that is slow is no proof', () => {
  expect(failing({ records: [...pages(1_001), failedAfter(800)] })).toEqual([['pages that ran out of time', true]])
  expect(failing({ records: [...pages(1_000), failedAfter(800)] })).toEqual([['pages that ran out of time', false]])
})

test('where nearly nobody asked nothing is proven', () => {
  expect(failing({ fromMs: 4_900 })).toEqual([['pages asked for while they were replaced', true]])
  expect(failing({ settledMs: 4_000, fewestServed: 0 })).toEqual([['fewest requests that a new replica answered a caller', true]])
})

test('a proxy that does not count is not judged by its counts', () => {
  expect(failing({ callers: [{ caller: 'gateway-0' }] })).toEqual([])
})

const { negativeControl } = calleeRollout

test('killed replicas without retries are noticed, and the control sees it', () => {
  expect(negativeControl.without?.(config)).toEqual({ ...config, orderly: false })
  expect(failedAsItMust(verdict(config, { ...good, records: pages(20, 5) }), negativeControl)).toBe(true)
})

test.each<[string, Partial<Observed>]>([
  ['nobody noticed', {}],
  ['nothing was killed', { records: pages(20, 5), replaced: 0 }],
])('the control has not failed as it must when %s', (_, over) => {
  expect(failedAsItMust(verdict(config, { ...good, ...over }), negativeControl)).toBe(false)
})
