import { expect, test } from 'vitest'
import { type ExperimentResult, exitCodeOf, hasPassed, reasonOf, verdictWords } from '../../../../../scripts/experiments/core/result.ts'
import { AnotherRun } from '../../../../../scripts/experiments/core/run-lock.ts'

const result = (verdict: ExperimentResult['verdict']): ExperimentResult => ({
  ...(verdict === 'inconclusive' || verdict === 'aborted' ? { verdict, reason: `why it was ${verdict}` } : { verdict }),
  name: 'box',
  target: 'local',
  hypothesis: '',
  startedAt: '2026-01-01T00:00:00.000Z',
  durationMs: 1,
  config: {},
  checks: [],
  timeline: [],
  invariants: [],
  rollback: { done: true, remains: [] },
})

test.each<[ExperimentResult['verdict'][], number]>([
  [[], 0],
  [['pass', 'pass'], 0],
  [['pass', 'inconclusive'], 3],
  [['inconclusive', 'aborted'], 130],
  [['aborted', 'fail', 'pass'], 1],
])('runs that ended with %j: exit code %i', (verdicts, code) => {
  expect(exitCodeOf(verdicts.map(result))).toBe(code)
})

test('only a run that was not judged has a reason', () => {
  expect(
    (['pass', 'fail', 'inconclusive', 'aborted'] as const).map((verdict) => [hasPassed(result(verdict)), reasonOf(result(verdict))]),
  ).toEqual([
    [true, undefined],
    [false, undefined],
    [false, 'why it was inconclusive'],
    [false, 'why it was aborted'],
  ])
  expect(verdictWords).toEqual({ pass: 'passed', fail: 'FAILED', inconclusive: 'inconclusive', aborted: 'aborted' })
})

test('whoever finds another run is told whose, and what to do', () => {
  const error = new AnotherRun('pid 4711, since 12:00:00')
  expect([error.name, error.message]).toEqual([
    'AnotherRun',
    'another run of experiments goes on here (pid 4711, since 12:00:00); wait until it has ended, or end it with Ctrl-C',
  ])
})
