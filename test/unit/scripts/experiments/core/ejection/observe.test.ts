import { afterEach, expect, test, vi } from 'vitest'
import { allPassed, type Check } from '../../../../../../scripts/checks/check.ts'
import { ejectionExperiment } from '../../../../../../scripts/experiments/core/ejection/ejection-experiment.ts'
import type { EjectionConfig } from '../../../../../../scripts/experiments/core/ejection/verdict.ts'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'
import type { Target } from '../../../../../../scripts/experiments/core/target.ts'
import type { Traffic } from '../../../../../../scripts/experiments/core/traffic.ts'
import { destination, simulatedMesh } from '../simulated-mesh.ts'

vi.mock('node:timers/promises', () => import('../../../../timer-promises.ts'))
afterEach(() => void vi.useRealTimers())

const rule = { consecutiveErrors: 3, intervalMs: 1_000, baseMs: 5_000 }
const config: EjectionConfig = {
  declared: true,
  rule,
  replicas: 3,
  victim: 'reviews-0',
  status: 500,
  callers: ['productpage-0', 'productpage-1'],
}
/** A sweep comes half an interval after the base time. */
const right = { after: 3, baseMs: 5_500 }
const longEnoughMs = 60_000

async function judged({
  target,
  traffic,
}: {
  target: Target
  traffic: Traffic
}): Promise<{ checks: readonly Check[]; isControl: boolean }> {
  const experiment = ejectionExperiment<Target>({
    name: 'ejection',
    hypothesis: '',
    destination,
    caller: { namespace: 'books', name: 'productpage' },
    rule: { kind: 'DestinationRule', namespace: 'books', name: 'reviews' },
    traffic,
    retried: true,
  })
  const { apply, rollback } = await experiment.action(target, config)
  const run = {
    target,
    signal: new AbortController().signal,
    progress: () => {},
    applyAction: apply,
    rollbackAction: rollback,
    event: () => {},
    elapsedMs: () => 0,
    quietly: <Result>(work: () => Promise<Result>) => work(),
  }
  vi.useFakeTimers()
  const observing = experiment.observe(run, config)
  await vi.advanceTimersByTimeAsync(longEnoughMs)
  const checks = experiment.verdict(config, await observing)
  return { checks, isControl: failedAsItMust(checks, experiment.negativeControl) }
}
const failed = (checks: readonly Check[]) => checks.filter(({ passed }) => !passed).map(({ name }) => name)

test('two callers that eject after exactly three failures, leave alone and let back in: all holds, for each', async () => {
  const { checks, isControl } = await judged(simulatedMesh([right, right]))
  expect(failed(checks)).toEqual([])
  expect(allPassed(checks)).toBe(true)
  expect(checks.filter(({ name }) => name.startsWith('productpage-1: '))).toHaveLength(10)
  expect(isControl).toBe(false)
})

test.each([
  ['ejects a failure late', { ...right, after: 4 }, /^productpage-1: requests to reviews-0 until it was ejected/],
  ['goes on sending to whom it has ejected', { ...right, leaky: true }, /^productpage-1: requests to reviews-0 while ejected/],
  ['lets it back in too early', { ...right, baseMs: 4_000 }, /^productpage-1: ejected for/],
  ['never ejects', { baseMs: 5_500 }, /^productpage-1: ejections of the victim/],
])('one of two callers that %s fails the run, and only by its own checks', async (_, second, check) => {
  const { checks, isControl } = await judged(simulatedMesh([right, second]))
  expect(failed(checks).join('\n')).toMatch(new RegExp(check.source, 'm'))
  expect(failed(checks).filter((name) => name.startsWith('productpage-0: ejections'))).toEqual([])
  expect(isControl).toBe(false)
})

test('without a rule no caller ejects: the control fails as it must', async () => {
  const { isControl } = await judged(simulatedMesh([{ baseMs: 5_500 }, { baseMs: 5_500 }]))
  expect(isControl).toBe(true)
})

test("another's requests meanwhile are counted, and take the exactness, not the verdict", async () => {
  const mesh = simulatedMesh([right, right])
  const send: Traffic['send'] = async (target, caller) => {
    const answered = await mesh.traffic.send(target, caller)
    if (caller.name === 'productpage-1') mesh.stray(1)
    return answered
  }
  const { checks } = await judged({ ...mesh, traffic: { ...mesh.traffic, send } })
  expect(checks.filter(({ passed, doubt }) => !passed && doubt === undefined).map(({ name }) => name)).toEqual([])
  const doubts = checks.flatMap(({ doubt }) => doubt ?? [])
  expect(doubts.length).toBeGreaterThan(0)
  expect(doubts.join()).toMatch(/others sent \d+ requests to reviews meanwhile/)
})
