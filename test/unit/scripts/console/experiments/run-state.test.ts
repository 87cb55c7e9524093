import { expect, test } from 'vitest'
import { newRun, nextRun, type RunMessage } from '../../../../../scripts/console/experiments/run-state.ts'

const after = (...messages: RunMessage[]) => messages.reduce(nextRun, newRun('ads-pool', 'It refuses.', 5))
const check = (passed: boolean, doubt?: string) => ({
  name: 'refused',
  expected: { min: 3 },
  actual: [8, 8],
  passed,
  ...(doubt !== undefined && { doubt }),
})

test('checks are as a person reads them, by the phase that measured them; those that are told again replace the earlier', () => {
  const run = after(
    { kind: 'phase', phase: 'steady state' },
    { kind: 'checks', of: 'steady state', checks: [check(false)] },
    { kind: 'checks', of: 'steady state', checks: [check(true), check(false, 'too slow')] },
  )
  expect(run.phase).toBe('steady state')
  expect(run.checks['steady state']).toEqual([
    { name: 'refused', expected: '≥ 3', actual: '8 × 2', outcome: 'holds' },
    { name: 'refused', expected: '≥ 3', actual: '8 × 2', outcome: 'open' },
  ])
})
test('what a process says after the verdict changes nothing', () => {
  const ended: RunMessage = { kind: 'ended', name: 'ads-pool', verdict: 'pass', durationMs: 9, remains: [] }
  expect(after(ended, { kind: 'error', reason: 'gone' }).ended).toEqual({ verdict: 'pass', durationMs: 9, remains: [] })
  expect(after({ kind: 'error', reason: 'gone' }).ended).toEqual({ verdict: 'error', reason: 'gone', remains: [] })
})
test('however much it says, the last lines and events are kept', () => {
  const lines = Array.from({ length: 500 }, (_, index): RunMessage => ({ kind: 'line', line: `${index}` }))
  const events = Array.from({ length: 500 }, (_, atMs): RunMessage => ({ kind: 'event', of: 'observation', event: { atMs, what: 'x' } }))
  const run = after(...lines, ...events)
  expect([run.lines.length, run.lines.at(-1), run.events.length, run.events.at(-1)?.atMs]).toEqual([60, '499', 40, 499])
})
