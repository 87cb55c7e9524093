import { describe, expect, test } from 'vitest'
import { newRun, nextRun, type RunMessage, type ShownCheck } from '../../../../../../scripts/console/experiments/run-state.ts'
import { ago, compare, steps } from '../../../../../../scripts/console/page/experiments/run-view.ts'

const check = (name: string, outcome: ShownCheck['outcome'] = 'holds'): ShownCheck => ({ name, expected: '1', actual: '1', outcome })
const last = { verdict: 'pass', startedAt: '', target: 'local', checks: [check('a'), check('b')], control: [check('a')] } as const

describe('checks beside those of the control', () => {
  test('before they are measured: those of the last run', () =>
    expect(compare(undefined, undefined, last, false)).toEqual([
      { name: 'a', expected: '1' },
      { name: 'b', expected: '1' },
    ]))
  test('nothing is expected of a run that is over', () => expect(compare(undefined, undefined, last, true)).toEqual([]))
  test('by name, also of several that have the same, and what only one has', () => {
    const [fails, holds] = [check('a', 'fails'), check('a')]
    expect(compare([check('a'), check('a'), check('b')], [fails, holds, check('c')], last, false)).toEqual([
      { name: 'a', expected: '1', withRule: check('a'), withoutRule: fails },
      { name: 'a', expected: '1', withRule: check('a'), withoutRule: holds },
      { name: 'b', expected: '1', withRule: check('b') },
      { name: 'c', expected: '1', withoutRule: check('c') },
    ])
  })
})

describe('steps', () => {
  const at = (...messages: RunMessage[]) => steps(messages.reduce(nextRun, newRun('x', '', 0))).map(({ state }) => state)
  const phase = (name: 'observation' | 'steady state again' | 'invariants'): RunMessage => ({ kind: 'phase', phase: name })
  test('before it has begun', () => expect(new Set(at())).toEqual(new Set(['to come'])))
  test('under way', () => expect(at(phase('observation'))).toEqual(['done', 'now', 'to come', 'to come', 'to come']))
  test('the steady state after the control belongs to the control', () =>
    expect(at({ kind: 'checks', of: 'negative control', checks: [] }, phase('steady state again'))).toEqual([
      'done',
      'done',
      'done',
      'now',
      'to come',
    ]))
  test('one that was ended has done what it had measured', () =>
    expect(at(phase('observation'), { kind: 'ended', name: 'x', verdict: 'aborted', durationMs: 1, remains: [] })).toEqual([
      'done',
      'to come',
      'to come',
      'to come',
      'to come',
    ]))
})

test.each([
  [0, 'just now'],
  [5, '5 min ago'],
  [90, '2 h ago'],
  [5000, '3 days ago'],
])('%i minutes later', (minutes, text) => expect(ago('2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12, minutes))).toBe(text))
