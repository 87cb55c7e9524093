import { expect, test } from 'vitest'
import { verdictSentences } from '../../../../../../scripts/experiments/core/report/verdict-sentence.ts'
import type { ExperimentResult, Series } from '../../../../../../scripts/experiments/core/result.ts'

const pool: Series = {
  caller: 'probe-0',
  host: 'box pool',
  samples: [
    { atMs: 0, state: 'closed' },
    { atMs: 100, state: 'overflow', refused: 8 },
    { atMs: 300, state: 'closed', refused: 10 },
  ],
}
const host: Series = { caller: 'probe-0', host: 'box-0', samples: [{ atMs: 300, state: 'closed', requests: 1200 }] }
const ejected = (meanwhile = 0): Series => ({
  caller: 'gateway-0',
  host: 'catalog-0',
  samples: [
    { atMs: 0, state: 'closed' },
    { atMs: 100, state: 'closed', requests: 1, failed: 1 },
    { atMs: 200, state: 'ejected', requests: 2, failed: 2 },
    { atMs: 1000, state: 'ejected', ...(meanwhile > 0 && { requests: meanwhile }) },
    { atMs: 5200, state: 'probation' },
    { atMs: 5500, state: 'closed', requests: 4 },
  ],
})
const result: ExperimentResult = {
  name: 'box',
  target: 'local',
  hypothesis: '',
  startedAt: '2026-01-01T00:00:00.000Z',
  durationMs: 1,
  config: {},
  verdict: 'pass',
  checks: [],
  timeline: [pool, host],
  invariants: [],
  rollback: { done: true, remains: [] },
}
const control = { change: 'the rule removed', checks: [{ name: 'a', expected: 1, actual: 0, passed: false }], failedAsItMust: true }

test('what was refused is counted among what was sent', () => {
  expect(verdictSentences(result)).toEqual(['Of 1,218 requests, 18 were refused at once, and 1,200 were answered.'])
})

test('a run that recorded nothing passed by its checks', () => {
  const check = { name: 'a', expected: 1, actual: 1, passed: true }
  expect(verdictSentences({ ...result, timeline: [], checks: [check], invariants: [check] })).toEqual(['All 2 checks hold.'])
  expect(verdictSentences({ ...result, timeline: [], verdict: 'inconclusive', reason: 'slow' })).toEqual(['Slow.'])
})

test('an ejection is told with the failures before it, its length, and what the host got meanwhile', () => {
  expect(verdictSentences({ ...result, timeline: [ejected()] })).toEqual([
    'catalog-0 was ejected after 3 failures, stayed out for 5 s, and got no request meanwhile.',
    'Of 7 requests, 3 failed, and 4 were answered.',
  ])
  expect(verdictSentences({ ...result, timeline: [ejected(2)] })[0]).toContain('got 2 requests meanwhile')
})

test('several ejections are told together, by how many callers, and that one has not ended', () => {
  const other = { ...ejected(), caller: 'gateway-1', samples: ejected().samples.slice(0, 4) }
  expect(verdictSentences({ ...result, timeline: [ejected(), other] })[0]).toBe(
    'catalog-0 was ejected 2 times by 2 callers, for 5.8 s in all, and got no request meanwhile and had not returned when the recording ended.',
  )
})

test("the senders' own records go before what the proxies counted, and an experiment's own sentence before both", () => {
  const traffic = [{ caller: 'customers', binMs: 100, bins: [{ atMs: 0, sent: 5, ok: 5, refused: 0, failed: 0 }] }]
  expect(verdictSentences({ ...result, traffic })).toEqual(['All 5 requests were answered.'])
  expect(verdictSentences({ ...result, traffic, summary: 'Nobody noticed.' })).toEqual(['Nobody noticed.'])
})

test('what happened without the rule is told beside what did not happen then', () => {
  const withControl = (timeline: Series[] | undefined, run: Series[]) =>
    verdictSentences({ ...result, timeline: run, negativeControl: { ...control, ...(timeline && { timeline }) } }).at(-1)
  expect(withControl([host], [pool, host])).toBe('The same run with the rule removed: none of 1,200 requests were refused.')
  const failing: Series = { ...host, samples: [{ atMs: 1, state: 'closed', requests: 9, failed: 9 }] }
  expect(withControl([failing], [ejected()])).toBe('The same run with the rule removed: 9 of 9 requests failed, no host was ejected.')
  expect(withControl(undefined, [pool])).toBe('The same run with the rule removed failed 1 of its 1 checks, as it must.')
  expect(verdictSentences({ ...result, negativeControl: { ...control, summary: 'half of it was lost.' } }).at(-1)).toBe(
    'The same run with the rule removed: half of it was lost.',
  )
})

test('a run that did not pass says why first', () => {
  const check = (name: string, doubt?: string) => ({ name, expected: 1, actual: 0, passed: false, ...(doubt !== undefined && { doubt }) })
  const failed = (part: Partial<ExperimentResult>) =>
    verdictSentences({ ...result, timeline: [], ...part, verdict: 'fail' } as ExperimentResult)
  expect(failed({ checks: [check('in doubt', 'slow'), check('ejections')] })).toEqual([
    'A check failed: ejections (expected 1, observed 0).',
  ])
  expect(failed({ checks: [check('ejections')], invariants: [check('orders lost')] })).toEqual([
    '2 of 2 checks failed, first of all: ejections (expected 1, observed 0).',
  ])
  expect(failed({ negativeControl: { ...control, failedAsItMust: false } })).toEqual([
    'The run with the rule removed did not fail as it must, so this experiment proves nothing.',
  ])
  expect(failed({ rollback: { done: false, remains: ['a fault'] } })).toEqual(['Not everything was put back: a fault.'])
  expect(verdictSentences({ ...result, timeline: [], verdict: 'aborted', reason: 'interrupted by SIGINT' })).toEqual([
    'Interrupted by SIGINT.',
  ])
})
