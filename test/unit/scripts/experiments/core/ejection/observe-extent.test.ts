import { afterEach, expect, test, vi } from 'vitest'
import type { Check } from '../../../../../../scripts/checks/check.ts'
import { extentExperiment } from '../../../../../../scripts/experiments/core/ejection/extent-experiment.ts'
import { type ExtentConfig, lastsTwice, neverMore } from '../../../../../../scripts/experiments/core/ejection/extent-verdict.ts'
import { failedAsItMust } from '../../../../../../scripts/experiments/core/judge.ts'
import type { Target } from '../../../../../../scripts/experiments/core/target.ts'
import { destination, simulatedMesh } from '../simulated-mesh.ts'

vi.mock('node:timers/promises', () => import('../../../../timer-promises.ts'))
afterEach(() => void vi.useRealTimers())

const config: ExtentConfig = {
  declared: true,
  rule: { consecutiveErrors: 3, intervalMs: 1_000, baseMs: 5_000 },
  replicas: 3,
  victim: 'reviews-0',
  second: 'reviews-1',
  status: 500,
  mostAtOnce: 1,
  wellMs: 0,
  callers: ['productpage-0', 'productpage-1'],
}
type Breaker = Parameters<typeof simulatedMesh>[0][number]
/** A sweep comes half an interval after the base time. */
const right: Breaker = { after: 3, baseMs: 5_500, mostOut: 1, longer: true }
const longEnoughMs = 60_000

async function judged(
  breakers: readonly Breaker[],
  as: 'experiment' | 'control' = 'experiment',
): Promise<{ checks: readonly Check[]; isControl: boolean }> {
  const { target, traffic } = simulatedMesh(breakers)
  const experiment = extentExperiment<Target>({
    name: 'extent',
    hypothesis: '',
    destination,
    caller: { namespace: 'books', name: 'productpage' },
    rule: { kind: 'DestinationRule', namespace: 'books', name: 'reviews' },
    traffic,
  })
  const acting = as === 'control' ? (experiment.negativeControl.without?.(config) ?? config) : config
  const { apply, rollback } = await experiment.action(target, acting)
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
  const observing = experiment.observe(run, acting)
  await vi.advanceTimersByTimeAsync(longEnoughMs)
  const checks = experiment.verdict(config, await observing)
  return { checks, isControl: failedAsItMust(checks, experiment.negativeControl) }
}
const failed = (checks: readonly Check[]) => checks.filter(({ passed }) => !passed).map(({ name }) => name)

test('two callers that let one be out, refuse the other, and keep the first out for twice the time: all holds, for each', async () => {
  const { checks, isControl } = await judged([right, right])
  expect(failed(checks)).toEqual([])
  expect(checks.filter(({ name }) => name.startsWith('productpage-1: '))).toHaveLength(6)
  expect(isControl).toBe(false)
})

test.each<[string, Breaker, string]>([
  ['lets two be out', { ...right, mostOut: 2 }, neverMore],
  ['keeps the first out as long as before', { ...right, longer: false }, lastsTwice],
])('one of two callers that %s fails the run, and only by its own checks', async (_, second, check) => {
  const { checks, isControl } = await judged([right, second])
  expect(failed(checks)).toContain(`productpage-1: ${check}`)
  expect(failed(checks).filter((name) => !name.startsWith('productpage-1: '))).toEqual([])
  expect(isControl).toBe(false)
})

test('without the limit, and well before it fails again: the control fails as it must', async () => {
  const { checks, isControl } = await judged([{ ...right, mostOut: 3 }], 'control')
  expect(checks.flatMap(({ doubt }) => doubt ?? [])).toEqual([])
  expect(isControl).toBe(true)
})

test('a control in which only one may be out, or the first ejection is remembered, does not', async () => {
  expect((await judged([right], 'control')).isControl).toBe(false)
  expect((await judged([{ ...right, mostOut: 3 }])).isControl).toBe(false)
})
