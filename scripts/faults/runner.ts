import { faultLeftovers } from './abort.ts'
import { allHold, broken, type Check } from './check.ts'
import type { AnyExperiment, Run } from './experiment.ts'
import type { ExperimentResult, Lane } from './result.ts'
import type { Leftover, Target } from './target.ts'
import { recordTimeline } from './timeline.ts'
import { undoStack } from './undo.ts'
import { poll } from './wait.ts'

export interface RunOptions {
  readonly target: Target
  /** Aborted by Ctrl-C or SIGTERM: the run ends with everything undone. */
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
  /** Orders given to the shop before it is broken; returns those that were accepted. */
  readonly placeOrders: (target: Target, signal: AbortSignal) => Promise<readonly string[]>
  readonly checkInvariants: (target: Target, placed: readonly string[], signal: AbortSignal) => Promise<readonly Check[]>
}

/** Settling after an earlier run: an ejection may have to end first. */
const steadying = { timeoutMs: 60_000, everyMs: 500 }

/** Everything that runs before may have left behind, in proxies and policy. */
export const leftovers = async (target: Target): Promise<readonly Leftover[]> => [
  ...(await faultLeftovers(target)),
  ...(await target.policyLeftovers()),
]

/**
 * Steady state → inject → observe → verdict → undo, the same without the rule (which must fail), then the business invariants.
 * Undo runs on every way out. What goes wrong on the way is a failed check of the result.
 * @throws what `signal` was aborted with, when everything is undone; or before anything is done, when the policy cannot be read
 */
export async function runExperiment(experiment: AnyExperiment, options: RunOptions): Promise<ExperimentResult> {
  const { target, signal, progress, placeOrders, checkInvariants } = options
  const startedAt = Date.now()
  const config = await experiment.config(target)

  let placed: readonly string[] = []
  let lanes: readonly Lane[] = []
  const checks = await proveSteady(experiment, options, config, async () => {
    placed = await placeOrders(target, signal)
    const timeline = recordTimeline(target, await experiment.watch(target), () => Date.now() - startedAt)
    try {
      return await breakAndJudge(experiment, options, config)
    } finally {
      lanes = await timeline.stop()
    }
  })

  progress(`negative control: ${experiment.negativeControl.change}`)
  const control = await runControl(experiment, options, config)
  progress('business invariants')
  const invariants = await checkInvariants(target, placed, signal)
  signal.throwIfAborted()
  const remains = (await leftovers(target)).map(({ what }) => what)
  return {
    name: experiment.name,
    target: target.name,
    claim: experiment.claim,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: Date.now() - startedAt,
    config,
    checks,
    verdict: allHold(checks) ? 'pass' : 'fail',
    negativeControl: control,
    timeline: lanes,
    invariants,
    undo: { done: remains.length === 0, remains },
  }
}

/** Nothing is broken that was not whole before. */
async function proveSteady(
  experiment: AnyExperiment,
  { target, signal, progress }: RunOptions,
  config: object,
  then: () => Promise<readonly Check[]>,
): Promise<readonly Check[]> {
  progress('steady state')
  try {
    const steady = await poll(() => experiment.steady(target, config), allHold, { ...steadying, signal })
    return allHold(steady) ? await then() : steady.map((check) => ({ ...check, what: `before: ${check.what}` }))
  } catch (error) {
    signal.throwIfAborted()
    return [broken('the run came to its verdict', error)]
  }
}

async function breakAndJudge(
  experiment: AnyExperiment,
  { target, signal, progress }: RunOptions,
  config: object,
): Promise<readonly Check[]> {
  const undos = undoStack()
  const checks: Check[] = []
  try {
    progress('inject')
    const lift = undos.push('the injected fault', await experiment.inject(target, config))
    const run: Run = { target, signal, progress, lift }
    checks.push(...experiment.verdict(config, await experiment.observe(run, config)))
  } catch (error) {
    checks.push(broken('the observation came to its end', error))
  }
  // Not with the checks above: a Ctrl-C must not keep the fault in place.
  checks.push(...(await undos.unwind()).map((remains) => broken('the fault was undone', remains)))
  signal.throwIfAborted()
  return checks
}

/** The same run without the rule: a harness that passes it could not see a missing breaker. */
async function runControl(experiment: AnyExperiment, options: RunOptions, config: object): Promise<ExperimentResult['negativeControl']> {
  const { target, signal } = options
  const { change, mustFail, mustHold, apply } = experiment.negativeControl
  const undos = undoStack()
  let checks: readonly Check[]
  try {
    undos.push(change, await apply(target))
    checks = await breakAndJudge(experiment, options, config)
  } catch (error) {
    checks = [broken('the control came to its verdict', error)]
  }
  const remains = (await undos.unwind()).map((what) => broken('the rule was put back', what))
  signal.throwIfAborted()
  const failed = (name: string) => checks.some(({ what, holds }) => what === name && !holds)
  const held = (name: string) => checks.some(({ what, holds }) => what === name && holds)
  return { change, checks: [...checks, ...remains], failedAsItMust: failed(mustFail) && held(mustHold) && remains.length === 0 }
}
