import { expect, test } from 'vitest'
import type { Round } from '../../../../../../scripts/experiments/core/pool/round.ts'
import { type PoolConfig, type PoolObserved, poolVerdict, refusedAtOnce } from '../../../../../../scripts/experiments/core/pool/verdict.ts'

const config: PoolConfig = {
  declared: true,
  maxConnections: 1,
  maxPending: 1,
  requests: 10,
  beside: 10,
  rounds: 2,
  hosts: 1,
  callers: ['probe-0'],
}
const round: Round = {
  active: 1,
  pending: 1,
  refused: 8,
  refusedMs: [1, 1, 1, 1, 1, 1, 1, 2],
  singleMs: [1, 1, 2, 2],
  servedMs: [300, 320],
  refusedInAll: 16,
  overflows: 16,
  others: 0,
  strangers: 0,
  inboundOverflows: 0,
  seen: 2,
  answered200: 2,
  otherwise: 0,
  openWhileHeld: 1,
  openAfter: 0,
}
const ofProbe = (rounds: readonly Round[]): PoolObserved => ({ callers: [{ caller: 'probe-0', rounds }] })
const judge = (part: Partial<Round> = {}, over: Partial<PoolConfig> = {}) =>
  poolVerdict('httpbin', { ...config, ...over }, ofProbe([round, { ...round, ...part }]))
const failed = (checks: ReturnType<typeof judge>) => checks.filter(({ passed }) => !passed).map(({ name }) => name)

test('one active, one pending, the rest refused, in every round: all checks hold', () => {
  expect(failed(judge())).toEqual([])
})

test.each<[Partial<Round>, RegExp]>([
  [{ active: 2 }, /active at httpbin/],
  [{ pending: 0 }, /pending in the caller's proxy/],
  [{ refused: 7, refusedInAll: 15, overflows: 15, seen: 3 }, /refused at once/],
  [{ overflows: 17 }, /overflow counters = refusals/],
  [{ seen: 3 }, /httpbin saw/],
  [{ answered200: 1 }, /answered 200/],
  [{ otherwise: 1 }, /answers other than/],
  [{ openWhileHeld: 0 }, /rq_pending_open while held/],
  [{ openAfter: 1 }, /rq_pending_open after/],
  [{ inboundOverflows: 1 }, /inbound side/],
  [{ refusedMs: Array.from({ length: 9 }, () => 5.1) }, /median of refused answers, ms$/],
  [{ refusedMs: [31] }, /a tenth of what served/],
])('one round that differs by %o fails', (part, check) => {
  expect(failed(judge(part)).join('\n')).toMatch(check)
})

const doubts = (checks: ReturnType<typeof judge>) => checks.flatMap(({ passed, doubt }) => (passed ? [] : [doubt]))

test('refusals of milliseconds cannot be judged on a machine where any request takes longer', () => {
  const slow = { refusedMs: Array.from({ length: 9 }, () => 9) }
  expect(doubts(judge(slow))).toEqual([undefined])
  const [doubt, ...more] = doubts(judge({ ...slow, singleMs: Array.from({ length: 5 }, () => 12) }))
  expect(doubt).toMatch(/too slow to judge: single requests.* 12\.0 ms/)
  expect(more).toEqual([])
  // As slow as it is, a refusal that waits for the served ones is seen.
  expect(doubts(judge({ refusedMs: [290], singleMs: [12] }))).toContain(undefined)
})

test('counts that others may have disturbed prove nothing', () => {
  expect(doubts(judge({ others: 3, seen: 3 }))).toEqual(['others sent 3 requests to httpbin meanwhile'])
  expect(failed(judge({ others: 3 }))).toEqual([])
})

test('other workloads can only have more refused: what is let through beyond the rule is not their doing', () => {
  const all = (part: Partial<Round>) =>
    doubts(
      poolVerdict(
        'httpbin',
        config,
        ofProbe([
          { ...round, ...part },
          { ...round, ...part },
        ]),
      ),
    )
  expect(doubts(judge({ strangers: 3, inboundOverflows: 1 }))).toEqual(['others sent 3 requests to httpbin meanwhile'])
  expect(doubts(judge({ strangers: 2, refused: 9, answered200: 1 }))).not.toContain(undefined)
  expect(failed(judge({ strangers: 3 }))).toEqual([])
  expect(all({ strangers: 3, refused: 0, active: 9 })).not.toContain('others sent 6 requests to httpbin meanwhile')
  expect(all({ strangers: 3, refused: 9 })).toContain('others sent 6 requests to httpbin meanwhile')
})

test('without the rule nothing is refused, and the check that must fail does', () => {
  const unlimited = {
    active: 10,
    pending: 0,
    refused: 0,
    refusedMs: [],
    refusedInAll: 0,
    overflows: 0,
    seen: 10,
    answered200: 10,
    openWhileHeld: 0,
  }
  expect(failed(judge(unlimited))).toContain(refusedAtOnce)
})

test('an undeclared rule fails even when the counts fit', () => {
  expect(failed(judge({}, { declared: false }))).toHaveLength(1)
})

test('a run that lost its rounds fails', () => {
  expect(failed(poolVerdict('httpbin', config, ofProbe([]))).length).toBeGreaterThan(3)
})

test('what a result says of the rule, in this order, round by round', () => {
  expect(judge().map(({ name, expected }) => [name, expected])).toEqual([
    ['the DestinationRule of httpbin sets maxConnections and http1MaxPendingRequests', true],
    ['requests active at httpbin while held, per round', [1, 1]],
    ["requests pending in the caller's proxy while held, per round", [1, 1]],
    ['requests refused at once (x-envoy-overloaded), per round', [8, 8]],
    ["increase of the callers' overflow counters = refusals, per round", [16, 16]],
    ['requests httpbin saw = requests not refused, per round', [2, 2]],
    ['requests not refused and answered 200, per round', [2, 2]],
    ['answers other than 200 or a refusal, per round', [0, 0]],
    ['rq_pending_open while held, per round', [1, 1]],
    ['rq_pending_open after the release, per round', [0, 0]],
    ["refusals on httpbin's own inbound side, per round", [0, 0]],
    ['p99 of refused answers, ms: a tenth of what served ones take beside them', { max: 30 }],
    ['median of refused answers, ms', { max: 5 }],
  ])
})

test('a machine is too slow for a bound when single requests take more than half of it', () => {
  const ofSingle = (ms: number) => {
    const singleMs = Array.from({ length: 4 }, () => ms)
    return poolVerdict('httpbin', config, ofProbe([{ ...round, singleMs }])).flatMap(({ doubt }) => doubt ?? [])
  }
  const slow = (ms: string, quantile: string) =>
    `this machine is too slow to judge: single requests that nobody refuses took ${ms} ms (${quantile})`
  expect(ofSingle(2.5)).toEqual([])
  expect(ofSingle(2.6)).toEqual([slow('2.6', 'p50')])
  expect(ofSingle(15.1)).toEqual([slow('15.1', 'p99'), slow('15.1', 'p50')])
  const none = poolVerdict('httpbin', config, ofProbe([{ ...round, singleMs: [] }])).flatMap(({ doubt }) => doubt ?? [])
  expect(new Set(none)).toEqual(new Set([slow('more than 5000', 'p99'), slow('more than 5000', 'p50')]))
  expect(none).toHaveLength(12)
})

const two = { ...config, callers: ['probe-0', 'probe-1'] }

test('each of several callers has a pool of its own: exact in every round of each', () => {
  const other = (part: Partial<Round> = {}): PoolObserved => ({
    callers: [...ofProbe([round, round]).callers, { caller: 'probe-1', rounds: [round, { ...round, ...part }] }],
  })
  expect(failed(poolVerdict('httpbin', two, other()))).toEqual([])
  expect(failed(poolVerdict('httpbin', two, other({ active: 2 })))).toEqual(['probe-1: requests active at httpbin while held, per round'])
  expect(failed(poolVerdict('httpbin', two, other({ refused: 7, answered200: 3, refusedInAll: 15, overflows: 15, seen: 3 })))).toEqual([
    `probe-1: ${refusedAtOnce}`,
    'probe-1: requests not refused and answered 200, per round',
  ])
  expect(failed(poolVerdict('httpbin', two, ofProbe([round, round])))).toEqual(['probe-1: the caller was watched'])
})

test('each of several hosts may have one connection beyond the limit; what is then refused follows', () => {
  const [several, both] = [
    { ...config, hosts: 2 },
    { active: 2, refused: 7, answered200: 3, refusedInAll: 15, overflows: 15, seen: 3 },
  ]
  const judged = (part: Partial<Round>) => failed(poolVerdict('httpbin', several, ofProbe([round, { ...round, ...part }])))
  expect(judged({})).toEqual([])
  expect(judged(both)).toEqual([])
  expect(judged({ ...both, refused: 8 })).toContain(refusedAtOnce)
  expect(judged({ ...both, active: 3, refused: 6, answered200: 4 })).toContain('requests active at httpbin while held, per round')
})

test('what proxies do not count is not claimed', () => {
  const { pending: _, overflows: _1, seen: _2, openWhileHeld: _3, openAfter: _4, inboundOverflows: _5, ...uncounted } = round
  const names = poolVerdict('httpbin', config, ofProbe([uncounted, uncounted])).map(({ name }) => name)
  expect(names).toHaveLength(7)
  expect(names).toContain(refusedAtOnce)
})

test('requests that were not held to the end of the count prove nothing', () => {
  expect(doubts(judge({ active: 0, cutShort: 'counting took too long' }))).toEqual(['counting took too long'])
})
