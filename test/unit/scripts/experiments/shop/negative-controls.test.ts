import { expect, test } from 'vitest'
import type { CallerObserved, EjectionConfig } from '../../../../../scripts/experiments/core/ejection/verdict.ts'
import { failedAsItMust } from '../../../../../scripts/experiments/core/judge.ts'
import type { Round } from '../../../../../scripts/experiments/core/pool/round.ts'
import type { PoolConfig } from '../../../../../scripts/experiments/core/pool/verdict.ts'
import { catalogEjection } from '../../../../../scripts/experiments/shop/catalog-ejection.ts'
import { experiments } from '../../../../../scripts/experiments/shop/experiments.ts'
import { httpbinPool } from '../../../../../scripts/experiments/shop/httpbin-pool.ts'

const ejection: EjectionConfig = {
  declared: true,
  rule: { consecutiveErrors: 3, intervalMs: 1_000, baseMs: 5_000 },
  replicas: 3,
  victim: 'catalog-0',
  status: 500,
  callers: ['gateway-0'],
}
const unruledEjection: CallerObserved = {
  caller: 'gateway-0',
  requestsBefore: 9,
  failuresBefore: 9,
  othersAtFault: 0,
  ejections: 0,
  requestsWhile: 0,
  othersWhile: 0,
  failuresAfter: 0,
  successesAfter: 0,
}
interface Part extends Partial<CallerObserved> {
  readonly succeeded?: number
}
const ofEjection = (...parts: Part[]) => {
  const callers = parts.map(({ succeeded: _, ...part }, index) => ({ ...unruledEjection, caller: `gateway-${index}`, ...part }))
  const sent = 27 * callers.length
  const succeeded = parts.reduce((sum, one) => sum + (one.succeeded ?? 27), 0)
  const config = { ...ejection, callers: callers.map(({ caller }) => caller) }
  const observed = { callers, inbound: { before: 9 * callers.length, meanwhile: 0 }, sent, succeeded, slowestMs: 40 }
  return failedAsItMust(catalogEjection.verdict(config, observed), catalogEjection.negativeControl)
}

test('the control of the ejection fails as it must: the victim failed, customers were served, nobody was ejected', () => {
  expect(ofEjection({})).toBe(true)
})

test('of several callers it must fail for each', () => {
  expect(ofEjection({}, {})).toBe(true)
  expect(ofEjection({}, { ejections: 1 })).toBe(false)
  expect(ofEjection({}, { failuresBefore: 0 })).toBe(false)
})

test.each<[string, Part]>([
  ['nothing was injected', { failuresBefore: 0 }],
  ['customers were not served', { succeeded: 9 }],
  ['somebody was ejected all the same', { ejections: 1 }],
])('it has not when %s', (_, part) => {
  expect(ofEjection(part)).toBe(false)
})

const pool: PoolConfig = {
  declared: true,
  maxConnections: 1,
  maxPending: 1,
  requests: 10,
  beside: 2,
  rounds: 1,
  hosts: 1,
  callers: ['probe-0'],
}
const unruledRound: Round = {
  active: 10,
  pending: 0,
  refused: 0,
  refusedMs: [],
  singleMs: [1, 1],
  servedMs: [300],
  refusedInAll: 0,
  overflows: 0,
  inboundOverflows: 0,
  others: 0,
  strangers: 0,
  seen: 10,
  answered200: 10,
  otherwise: 0,
  openWhileHeld: 0,
  openAfter: 0,
}
const ofPool = (part: Partial<Round> = {}) =>
  failedAsItMust(
    httpbinPool.verdict(pool, { callers: [{ caller: 'probe-0', rounds: [{ ...unruledRound, ...part }] }] }),
    httpbinPool.negativeControl,
  )

test('the control of the pool fails as it must: all were answered, none refused', () => {
  expect(ofPool()).toBe(true)
})

test.each<[string, Partial<Round>]>([
  ['httpbin does not answer', { answered200: 0, otherwise: 10 }],
  ['all were refused as with the rule', { active: 1, pending: 1, refused: 8, seen: 2, answered200: 2 }],
])('it has not when %s', (_, part) => {
  expect(ofPool(part)).toBe(false)
})

test('every experiment names at least one check that holds in its control', () => {
  for (const { negativeControl } of experiments) expect(negativeControl.mustPass.length).toBeGreaterThan(0)
})
