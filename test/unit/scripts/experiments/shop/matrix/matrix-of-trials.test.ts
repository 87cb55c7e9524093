import { expect, test } from 'vitest'
import { matrixOfTrials } from '../../../../../../scripts/experiments/shop/matrix/matrix-of-trials.ts'
import { type Acts, actsBetween, actsOf } from '../../../../../../scripts/experiments/shop/matrix/policy-acts.ts'

const about = { target: 'local', startedAt: '2026-01-01T00:00:00.000Z' } as const
const none: Acts = { 'pool-limit': 0, ejection: 0, retry: 0, timeout: 0 }
const others = ['destinations-proxy', 'application', 'kill', 'pause'] as const

test('a cell adds up what both faults of a place did, and says what each did', () => {
  const { faults, cells } = matrixOfTrials(about, [
    { place: 'application', what: 'errors', sound: none, broken: { ...none, ejection: 1, retry: 2 } },
    { place: 'application', what: 'slowness', sound: none, broken: { ...none, ejection: 2, timeout: 4 } },
  ])
  const of = (policy: string) => cells.find((cell) => cell.policy === policy)
  expect(faults.application).toBe('errors; then slowness')
  expect(of('ejection')).toMatchObject({ fault: 'application', tripped: true, count: 3, note: 'errors: 1; slowness: 2' })
  expect(of('pool-limit')).toEqual({
    fault: 'application',
    policy: 'pool-limit',
    tripped: false,
    count: 0,
    counter: 'upstream_rq_pending_overflow + upstream_rq_active_overflow',
  })
})

test('a policy that acts without the fault as well is not measured, the others are', () => {
  const { cells, notMeasured } = matrixOfTrials(about, [
    { place: 'kill', what: 'killed', sound: { ...none, 'pool-limit': 3 }, broken: { ...none, 'pool-limit': 9, ejection: 1 } },
  ])
  expect(cells.map(({ policy }) => policy)).toEqual(['ejection', 'retry', 'timeout'])
  expect(notMeasured?.kill).toBe('pool-limit acted 3 times before the fault: this machine is too slow to judge')
})

test('a fault that could not be done leaves no cell of its place, and says why', () => {
  const { cells, notMeasured } = matrixOfTrials(about, [
    { place: 'callers-proxy', what: 'errors', sound: none, broken: none },
    { place: 'callers-proxy', what: 'slowness', because: 'no such field' },
  ])
  expect(cells).toEqual([])
  expect(notMeasured).toEqual({
    'callers-proxy': 'slowness: no such field',
    ...Object.fromEntries(others.map((place) => [place, 'it was not tried'])),
  })
})

test('what the proxy counted between two looks', () => {
  const before = actsOf(new Map([['upstream_rq_retry', 2]]))
  const after = actsOf(
    new Map([
      ['upstream_rq_retry', 5],
      ['upstream_rq_pending_overflow', 1],
      ['upstream_rq_active_overflow', 2],
      ['outlier_detection.ejections_enforced_total', 1],
      ['upstream_rq_timeout', 4],
    ]),
  )
  expect(actsBetween(before, after)).toEqual({ 'pool-limit': 3, ejection: 1, retry: 3, timeout: 4 })
})
