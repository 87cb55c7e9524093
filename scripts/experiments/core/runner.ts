import type { Check } from '../../checks/check.ts'
import { messageOf } from '../../cli/command-error.ts'
import type { BackgroundTraffic } from './background-traffic.ts'
import { breakAndJudge } from './break-and-judge.ts'
import type { AnyExperiment } from './experiment.ts'
import { judge } from './judge.ts'
import { controlNotRun, runControl } from './negative-control.ts'
import { whatRemains, withRemains } from './orphaned-faults.ts'
import { policyNumbers } from './policy-numbers.ts'
import type { ExperimentResult, PolicyNumber, Verdict } from './result.ts'
import { rollbackStack } from './rollback-stack.ts'
import type { Found, RunContext, Running } from './run-state.ts'
import { awaitSteadyState, inWords, steadyStateAgain } from './steady-state.ts'
import type { Target } from './target.ts'
import { recordTimeline } from './timeline.ts'

/** `Outcome`: what became of the traffic of the run, for the invariants to judge. */
export interface RunOptions<Outcome, T extends Target = Target> extends RunContext<T> {
  readonly startTraffic: (target: T, signal: AbortSignal) => Promise<BackgroundTraffic<Outcome>>
  readonly checkInvariants: (target: T, outcome: Outcome, options: Pick<RunContext, 'signal' | 'progress'>) => Promise<readonly Check[]>
}

/**
 * Steady state → action → observation → verdict → rollback → steady state again, the same without the rule (which must fail), then the business
 * invariants. Nothing is broken unless the steady state holds. The rollback runs on every way out, an interruption included.
 * @throws before anything is done, when the policy cannot be read
 */
export async function runExperiment<Outcome, T extends Target>(
  experiment: AnyExperiment<T>,
  options: RunOptions<Outcome, T>,
): Promise<ExperimentResult> {
  const { target, signal } = options
  const startedAt = Date.now()
  const { config, policy } = await readConfig(experiment, target)
  options.news?.({ kind: 'begun', name: experiment.name, hypothesis: experiment.hypothesis, change: experiment.negativeControl.change })
  const record: Found = { checks: [], told: {}, timeline: [], invariants: [], remains: [] }
  const run = { ...options, experiment, config, record, startedAt }
  const verdict = await withInstruments(run, () => conduct(run)).catch((error: unknown): Verdict => {
    const reason = messageOf(signal.aborted ? signal.reason : error)
    return { verdict: signal.aborted ? 'aborted' : 'inconclusive', reason }
  })
  const left = await whatRemains(target)
  const remains = [...new Set([...record.remains, ...left.remains])]
  // A mesh that does not answer explains nothing.
  const reasons = verdict.verdict === 'fail' ? ((await experiment.explain?.(target, record.checks).catch(() => [])) ?? []) : []
  return {
    name: experiment.name,
    target: target.name,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: Date.now() - startedAt,
    config,
    ...withRemains(verdict, { ...left, remains }),
    hypothesis: experiment.hypothesis,
    checks: record.checks,
    ...(reasons.length > 0 && { reasons }),
    ...(record.negativeControl && { negativeControl: record.negativeControl }),
    timeline: record.timeline,
    ...record.told,
    ...(policy.length > 0 && { policy }),
    invariants: record.invariants,
    rollback: { done: remains.length === 0, remains },
  }
}

/** What went wrong before the fault. @throws what `signal` was aborted with, if it was */
const nothingBroken =
  (signal: AbortSignal) =>
  (error: unknown): never => {
    signal.throwIfAborted()
    throw new Error(`nothing was broken, because ${messageOf(error)}`)
  }

/** What the expected values derive from, and which fields of the mesh's objects that is. */
async function readConfig<T extends Target>(experiment: AnyExperiment<T>, target: T) {
  const policy: PolicyNumber[] = []
  const config = await experiment.config({
    ...target,
    policy: async (reference) => {
      const object = await target.policy(reference)
      policy.push(...policyNumbers(reference, object))
      return object
    },
  })
  return { config, policy }
}

/** What the experiment needs is there during `work`, and taken away on every way out. */
async function withInstruments<T extends Target, Result>(run: Running<T>, work: () => Promise<Result>): Promise<Result> {
  const { experiment, target, config, signal, record } = run
  const rollbacks = rollbackStack()
  const install = async () => {
    for (const { description, apply, rollback } of (await experiment.instruments?.(target, config)) ?? []) {
      signal.throwIfAborted()
      rollbacks.push(description, rollback)
      await apply()
    }
  }
  try {
    await install().catch(nothingBroken(signal))
    return await work()
  } finally {
    record.remains.push(...(await rollbacks.unwind()))
  }
}

/** @throws what `signal` was aborted with, or why the run came to no verdict */
async function conduct<Outcome, T extends Target>(run: Running<T> & RunOptions<Outcome, T>): Promise<Verdict> {
  const { experiment, target, config, signal, progress, record, startedAt } = run
  const unsteady = await awaitSteadyState(run, 'steady state', 'steady state')
  if (unsteady.length > 0) {
    record.checks = unsteady.map((check) => ({ ...check, name: `before: ${check.name}` }))
    return { verdict: 'inconclusive', reason: `nothing was broken, because the steady state did not hold: ${inWords(unsteady)}` }
  }
  const policy = experiment.policyNumbers && { policy: await experiment.policyNumbers(target, config) }
  const traffic = await run.startTraffic(target, signal).catch(nothingBroken(signal))
  let outcome: Outcome
  try {
    const timeline = recordTimeline(target, await experiment.watch(target), () => Date.now() - startedAt)
    try {
      const { checks, ...told } = await breakAndJudge(run, traffic, 'observation')
      record.checks = checks
      run.news?.({ kind: 'checks', of: 'observation', checks })
      record.told = { ...policy, ...told }
    } finally {
      record.timeline = await timeline.stop()
    }
    signal.throwIfAborted()
    const settled = await steadyStateAgain(run, 'after the undo')
    record.checks = [...record.checks, settled]

    progress(`negative control: ${experiment.negativeControl.change}`)
    if (settled.passed) {
      const control = await runControl(run, traffic)
      signal.throwIfAborted()
      record.negativeControl = control
      run.news?.({ kind: 'checks', of: 'negative control', checks: control.checks })
      run.news?.({ kind: 'control', failedAsItMust: control.failedAsItMust })
      record.checks = [...record.checks, await steadyStateAgain(run, 'after the negative control')]
    } else record.negativeControl = controlNotRun(experiment, settled)
  } finally {
    outcome = await traffic.stop()
  }
  progress('business invariants')
  run.news?.({ kind: 'phase', phase: 'invariants' })
  record.invariants = await run.checkInvariants(target, outcome, { signal, progress })
  run.news?.({ kind: 'checks', of: 'invariants', checks: record.invariants })
  signal.throwIfAborted()
  return judge({ ...record, negativeControl: record.negativeControl }, experiment.negativeControl)
}
