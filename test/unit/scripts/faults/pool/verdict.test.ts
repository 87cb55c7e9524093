import { expect, test } from 'vitest'
import type { Round } from '../../../../../scripts/faults/pool/round.ts'
import { type PoolConfig, poolVerdict, refusedAtOnce } from '../../../../../scripts/faults/pool/verdict.ts'

const config: PoolConfig = { declared: true, maxConnections: 1, maxPending: 1, requests: 10, rounds: 2 }
const round: Round = {
  active: 1,
  pending: 1,
  refused: 8,
  refusedMs: [1, 1, 1, 1, 1, 1, 1, 2],
  overflows: 8,
  inboundOverflows: 0,
  seen: 2,
  answered200: 2,
  otherwise: 0,
  openWhileHeld: 1,
  openAfter: 0,
}
const judge = (part: Partial<Round> = {}, over: Partial<PoolConfig> = {}) =>
  poolVerdict({ ...config, ...over }, { rounds: [round, { ...round, ...part }], unrefusedMs: [4, 5] })
const failed = (checks: ReturnType<typeof judge>) => checks.filter(({ holds }) => !holds).map(({ what }) => what)

test('one active, one pending, the rest refused, in every round: all checks hold', () => {
  expect(failed(judge())).toEqual([])
})

test.each<[Partial<Round>, RegExp]>([
  [{ active: 2 }, /active at httpbin/],
  [{ pending: 0 }, /pending in the caller's proxy/],
  [{ refused: 7, overflows: 7, seen: 3 }, /refused at once/],
  [{ overflows: 9 }, /overflow counters = refusals/],
  [{ seen: 3 }, /httpbin saw/],
  [{ answered200: 1 }, /answered 200/],
  [{ otherwise: 1 }, /answers other than/],
  [{ openWhileHeld: 0 }, /rq_pending_open while held/],
  [{ openAfter: 1 }, /rq_pending_open after/],
  [{ inboundOverflows: 1 }, /inbound side/],
  [{ refusedMs: [51] }, /p99 of refused/],
])('one round that differs by %o fails', (part, check) => {
  expect(failed(judge(part)).join('\n')).toMatch(check)
})

test('without the rule nothing is refused, and the check that must fail does', () => {
  const unlimited = { active: 10, pending: 0, refused: 0, refusedMs: [], overflows: 0, seen: 10, answered200: 10, openWhileHeld: 0 }
  expect(failed(judge(unlimited))).toContain(refusedAtOnce)
})

test('an undeclared rule fails even when the counts fit', () => {
  expect(failed(judge({}, { declared: false }))).toHaveLength(1)
})

test('a run that lost its rounds fails', () => {
  expect(failed(poolVerdict(config, { rounds: [], unrefusedMs: [1] })).length).toBeGreaterThan(3)
})
