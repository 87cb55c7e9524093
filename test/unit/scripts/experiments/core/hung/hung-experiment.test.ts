import { expect, test } from 'vitest'
import type { Check } from '../../../../../../scripts/checks/check.ts'
import { hungExperiment } from '../../../../../../scripts/experiments/core/hung/hung-experiment.ts'
import { callsBounded, type HungConfig, nobodyAnswered, refusedAtOnce } from '../../../../../../scripts/experiments/core/hung/verdict.ts'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'
import { fakeTarget } from '../fake-target.ts'
import { destination, type Rules, simulatedProxies } from './simulated-proxies.ts'

const config: HungConfig = {
  declared: true,
  maxConnections: 3,
  maxPending: 2,
  // No machine is too slow for it, nor to fill the pool: calls wait until it is full.
  timeoutMs: 20_000,
  tryMs: 60_000,
  hosts: 1,
  requests: 9,
  beside: 3,
  perSecond: 20,
  hungMs: 800,
  callers: ['page-0', 'page-1'],
}
/** Where calls wait for as long as they may. */
const short = { ...config, timeoutMs: 1_000 }
const right: Rules = { maxConnections: 3, maxPending: 2, timeoutMs: 300 }
const without: Rules = {}
const caller = { namespace: 'books', name: 'page' }
const rule = { kind: 'DestinationRule', namespace: 'books', name: 'reviews' }
const route = { kind: 'VirtualService', namespace: 'books', name: 'reviews', index: 0 }
const experiment = hungExperiment({ name: 'hung', hypothesis: '', destination, caller, rule, route, path: '/' })

async function judged(each: readonly Rules[], { of: config, strayAt }: { of: HungConfig; strayAt?: number }) {
  const { target, full, stray, close } = await simulatedProxies(each)
  const { apply, rollback } = await experiment.action(target, config)
  const run = {
    target,
    signal: new AbortController().signal,
    progress: (line: string) => {
      if (line.includes('requests at reviews')) full()
    },
    applyAction: async () => {
      await apply()
      if (strayAt !== undefined) stray(strayAt)
    },
    rollbackAction: rollback,
    quietly: <Result>(work: () => Promise<Result>) => work(),
    event: () => {},
    elapsedMs: () => performance.now(),
  }
  const observed = await experiment.observe(run, config)
  close()
  const checks = experiment.verdict(config, observed)
  return { checks, isControl: failedAsItMust(checks, experiment.negativeControl), story: experiment.story?.(config, observed) }
}
const failed = (checks: readonly Check[]) => checks.filter(({ passed }) => !passed)
const names = (checks: readonly Check[]) => failed(checks).map(({ name }) => name)

test('two callers whose proxies let five wait and refuse all others at once: all holds, for each', async () => {
  const { checks, isControl, story } = await judged([right, right], { of: config })
  expect(failed(checks)).toEqual([])
  expect(checks.filter(({ name }) => name.startsWith('page-1: '))).toHaveLength(11)
  expect(isControl).toBe(false)
  expect(story?.summary).toMatch(/^While reviews hung, \d+ calls were sent: \d+ were refused at once/)
  expect(story?.traffic?.map((one) => one.caller)).toEqual(['page-0', 'page-1'])
})

// They wait, and nothing is asked of how quick they are: beside each other.
test.concurrent.each<[string, Rules]>([
  ['', without],
  [' and what Istio counts by default', { ...without, countsNothing: true }],
])('without rules%s nobody is refused and calls wait: the control fails as it must', async (_, rules) => {
  const { checks, isControl } = await judged([rules, rules], { of: short })
  expect(names(checks)).toContain(`page-0: ${callsBounded}`)
  expect(names(checks)).toContain(`page-1: ${refusedAtOnce}`)
  expect(names(checks)).not.toContain(`page-0: ${nobodyAnswered}`)
  expect(isControl).toBe(true)
})

test('what a proxy does not count is not claimed', async () => {
  const { checks } = await judged([{ ...right, countsNothing: true }, right], { of: config })
  expect(failed(checks)).toEqual([])
  expect(checks.filter(({ name }) => name.startsWith('page-0: '))).toHaveLength(9)
})

test.each<[string, Rules, RegExp]>([
  ['lets one more wait', { ...right, maxPending: 3 }, /calls refused at once/],
  ['opens one connection more', { ...right, maxConnections: 4 }, /requests at the host when/],
  ['does not count what it refuses', { ...right, miscounts: true }, /overflow counters of the caller/],
  ['ends calls by an error of another kind', { ...right, endsWith: 500 }, /neither refused nor ended/],
  ['lets calls through that are answered', { ...right, endsWith: 200 }, /the service answered while it hung/],
])('a caller that %s fails, and the other does not', async (_, wrong, check) => {
  const { checks, isControl } = await judged([right, wrong], { of: config })
  expect(names(checks)).toContainEqual(expect.stringMatching(check))
  expect(failed(checks).filter(({ doubt }) => doubt !== undefined)).toEqual([])
  expect(names(checks).filter((name) => name.startsWith('page-0: '))).toEqual([])
  expect(isControl).toBe(false)
})

test('a caller that waits longer than the time-out fails', async () => {
  const { checks, isControl } = await judged([right, { ...right, timeoutMs: 5_000 }], { of: short })
  expect(names(checks)).toContain(`page-1: ${callsBounded}`)
  expect(isControl).toBe(false)
})

test('a place that somebody else has is not held against the rules, and is counted', async () => {
  const { checks } = await judged([right, right], { of: config, strayAt: 1 })
  const doubts = failed(checks).map(({ doubt }) => doubt)
  expect(new Set(doubts)).toEqual(new Set(['others sent 1 requests to reviews meanwhile']))
})

const policies = (rules: object | undefined, http: object | undefined) =>
  fakeTarget({
    policy: async ({ kind }) => {
      const spec = kind === 'DestinationRule' ? rules && { host: 'reviews', trafficPolicy: rules } : http && { http: [http] }
      return spec && { apiVersion: 'networking.istio.io/v1', kind, metadata: { name: 'reviews', namespace: 'books' }, spec }
    },
  })
const limits = { connectionPool: { tcp: { maxConnections: 4 }, http: { http1MaxPendingRequests: 2 } } }

test('what is expected is read from both rules; without one of them nothing is claimed', async () => {
  const read = await experiment.config(policies(limits, { timeout: '2s', retries: { attempts: 1, perTryTimeout: '500ms' } }))
  expect(read).toMatchObject({
    declared: true,
    maxConnections: 4,
    maxPending: 2,
    timeoutMs: 2_000,
    tryMs: 500,
    requests: 14,
    perSecond: 15,
  })
  expect(await experiment.config(policies(limits, undefined))).toMatchObject({ declared: false, timeoutMs: 1_000 })
  expect(await experiment.config(policies(undefined, { timeout: '30s' }))).toMatchObject({ declared: false, tryMs: 30_000 })
})

test('the longer the time-out the rarer the calls: not more than sixty wait in a run without rules', async () => {
  const { perSecond, hungMs } = await experiment.config(policies(limits, { timeout: '30s' }))
  expect((perSecond * hungMs) / 1000).toBeCloseTo(60)
})

test('with several hosts each may have a connection more, and one that nobody needs is no fault', () => {
  const call = { at: 0, ms: 1, overloaded: false, status: 200 }
  const refused = { at: 0, ms: 1, overloaded: true, status: 503 }
  const ended = { at: 0, ms: 1_000, overloaded: false, status: 504 }
  const verdict = (active: number, refusals: number, tookMs = 100) => {
    const calls = [...Array.from({ length: refusals }, () => refused), ended]
    const filled = { active, pending: 2, refused: refusals, tookMs }
    const seen = {
      caller: 'page-0',
      before: [call],
      after: [call],
      filled,
      beside: [refused],
      calls,
      mostAtOnce: active,
      overflows: refusals,
    }
    const of = { ...config, hosts: 3, requests: 11, tryMs: 1_000, callers: ['page-0'] }
    return experiment.verdict(of, { startedAt: 0, callers: [seen] })
  }
  expect(failed(verdict(3, 6))).toEqual([])
  expect(failed(verdict(5, 4))).toEqual([])
  expect(names(verdict(6, 3))).toEqual(['requests at the hosts when the pool is full', refusedAtOnce])
  expect(names(verdict(5, 3))).toEqual([refusedAtOnce])
  // Filled too late: calls had ended already.
  expect(failed(verdict(2, 3, 800)).map(({ doubt }) => doubt)).toEqual([
    'this machine is too slow to judge: filling the pool took 800 ms, and the first call waits for 1000 ms',
    'this machine is too slow to judge: filling the pool took 800 ms, and the first call waits for 1000 ms',
  ])
})
