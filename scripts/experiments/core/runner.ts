import { allPassed, broken, type Check, unproven } from '../../checks/check.ts'
import { poll, type Waiting } from '../../checks/poll.ts'
import { readable } from '../../checks/readable.ts'
import { faultsInProxies } from './abort.ts'
import type { BackgroundTraffic } from './background-traffic.ts'
import type { AnyExperiment, Run } from './experiment.ts'
import { failedAsItMust, judge } from './judge.ts'
import type { ExperimentResult, NegativeControl, Series, Verdict } from './result.ts'
import { rollbackStack } from './rollback-stack.ts'
import type { OrphanedFault, Target } from './target.ts'
import { recordTimeline } from './timeline.ts'

interface RunContext {
  readonly target: Target
  /** Aborted by Ctrl-C or SIGTERM: the run ends with everything rolled back. */
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
  /** Settling after an earlier run: an ejection may have to end first. Default: up to a minute. */
  readonly settling?: Omit<Waiting, 'signal'>
}

/** `Outcome`: what became of the traffic of the run, for the invariants to judge. */
export interface RunOptions<Outcome> extends RunContext {
  readonly startTraffic: (target: Target, signal: AbortSignal) => Promise<BackgroundTraffic<Outcome>>
  readonly checkInvariants: (
    target: Target,
    outcome: Outcome,
    options: Pick<RunContext, 'signal' | 'progress'>,
  ) => Promise<readonly Check[]>
}

/** Everything that runs before may have left behind, in proxies and policy. */
export const orphanedFaults = async (target: Target): Promise<readonly OrphanedFault[]> => [
  ...(await faultsInProxies(target)),
  ...(await target.orphanedPolicies()),
]

/** What a run has found out so far; a run that is interrupted keeps it. */
interface Found {
  checks: readonly Check[]
  timeline: readonly Series[]
  negativeControl?: NegativeControl
  invariants: readonly Check[]
  /** What a rollback could not put back. */
  readonly remains: string[]
}

interface Running extends RunContext {
  readonly experiment: AnyExperiment
  readonly config: object
  readonly record: Found
  /** `Date.now()` */
  readonly startedAt: number
}

/**
 * Steady state → action → observation → verdict → rollback → steady state again, the same without the rule (which must fail), then the business
 * invariants. Nothing is broken unless the steady state holds. The rollback runs on every way out, an interruption included.
 * @throws before anything is done, when the policy cannot be read
 */
export async function runExperiment<Outcome>(experiment: AnyExperiment, options: RunOptions<Outcome>): Promise<ExperimentResult> {
  const { target, signal } = options
  const startedAt = Date.now()
  const config = await experiment.config(target)
  const record: Found = { checks: [], timeline: [], invariants: [], remains: [] }
  const verdict = await conduct({ ...options, experiment, config, record, startedAt }).catch((error: unknown): Verdict => {
    const reason = messageOf(signal.aborted ? signal.reason : error)
    return { verdict: signal.aborted ? 'aborted' : 'inconclusive', reason }
  })
  const left = await whatRemains(target)
  const remains = [...new Set([...record.remains, ...left.remains])]
  return {
    name: experiment.name,
    target: target.name,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: Date.now() - startedAt,
    config,
    ...withRemains(verdict, left),
    hypothesis: experiment.hypothesis,
    checks: record.checks,
    ...(record.negativeControl && { negativeControl: record.negativeControl }),
    timeline: record.timeline,
    invariants: record.invariants,
    rollback: { done: remains.length === 0, remains },
  }
}

/** @throws what `signal` was aborted with, or why the run came to no verdict */
async function conduct<Outcome>(run: Running & RunOptions<Outcome>): Promise<Verdict> {
  const { experiment, target, signal, progress, record, startedAt } = run
  const unsteady = await awaitSteadyState(run, 'steady state')
  if (unsteady.length > 0) {
    record.checks = unsteady.map((check) => ({ ...check, name: `before: ${check.name}` }))
    return { verdict: 'inconclusive', reason: `nothing was broken, because the steady state did not hold: ${inWords(unsteady)}` }
  }
  const traffic = await run.startTraffic(target, signal).catch((error: unknown) => {
    signal.throwIfAborted()
    throw new Error(`nothing was broken, because ${messageOf(error)}`)
  })
  let outcome: Outcome
  try {
    const timeline = recordTimeline(target, await experiment.watch(target), () => Date.now() - startedAt)
    try {
      record.checks = await breakAndJudge(run, traffic)
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
      record.checks = [...record.checks, await steadyStateAgain(run, 'after the negative control')]
    } else record.negativeControl = notRun(experiment, settled)
  } finally {
    outcome = await traffic.stop()
  }
  progress('business invariants')
  record.invariants = await run.checkInvariants(target, outcome, { signal, progress })
  signal.throwIfAborted()
  return judge({ ...record, negativeControl: record.negativeControl }, experiment.negativeControl)
}

/** The checks of the steady state that do not hold when it is time to give up; none as soon as all hold. */
async function awaitSteadyState(
  { experiment, target, config, signal, progress, settling }: Running,
  what: string,
): Promise<readonly Check[]> {
  progress(what)
  let reported = ''
  const ask = async () => {
    const checks = await experiment.steadyState(target, config).catch((error: unknown) => [unproven('the steady state can be read', error)])
    const waitingFor = inWords(checks)
    if (waitingFor !== reported && waitingFor !== '') progress(`${what}: waiting for ${waitingFor}`)
    reported = waitingFor
    return checks
  }
  const checks = await poll(ask, allPassed, { timeoutMs: 60_000, everyMs: 500, ...settling, signal })
  if (checks.length === 0) return [broken('something is checked', 'no checks')]
  return checks.filter(({ passed }) => !passed)
}

async function steadyStateAgain(run: Running, when: string): Promise<Check> {
  const unsteady = await awaitSteadyState(run, `steady state again ${when}`)
  const doubts = unsteady.flatMap(({ doubt }) => doubt ?? [])
  return {
    name: `the steady state holds again ${when}`,
    expected: 'yes',
    actual: unsteady.length === 0 ? 'yes' : `no: ${inWords(unsteady)}`,
    passed: unsteady.length === 0,
    ...(unsteady.length > 0 && doubts.length === unsteady.length && { doubt: doubts.join('; ') }),
  }
}

async function breakAndJudge(
  { experiment, config, target, signal, progress, record }: Running,
  { quietly }: BackgroundTraffic<unknown>,
): Promise<Check[]> {
  const rollbacks = rollbackStack()
  const checks: Check[] = []
  try {
    const action = await experiment.action(target, config)
    const rollbackAction = rollbacks.push('the injected fault', action.rollback)
    let isInjected = false
    const applyAction = async () => {
      progress('inject')
      await action.apply()
      isInjected = true
    }
    const run: Run = { target, signal, progress, applyAction, rollbackAction, quietly }
    checks.push(...experiment.verdict(config, await experiment.observe(run, config)))
    if (!isInjected) checks.push(broken('the observation broke what it was to break', 'it did not'))
  } catch (error) {
    if (!signal.aborted) checks.push(unproven('the observation came to its end', error))
  }
  // An interruption is looked at by the caller, after this: a Ctrl-C must not keep the fault in place.
  record.remains.push(...(await rollbacks.unwind()))
  return checks
}

/** The same run without the rule: a harness that passes it could not see a missing breaker. */
async function runControl(run: Running, traffic: BackgroundTraffic<unknown>): Promise<NegativeControl> {
  const { experiment, target, signal, record } = run
  const { negativeControl } = experiment
  const rollbacks = rollbackStack()
  let checks: readonly Check[]
  try {
    const action = await negativeControl.action(target)
    rollbacks.push(negativeControl.change, action.rollback)
    await action.apply()
    signal.throwIfAborted()
    checks = await breakAndJudge(run, traffic)
  } catch (error) {
    checks = [unproven('the control came to its verdict', error)]
  }
  record.remains.push(...(await rollbacks.unwind()))
  return { change: negativeControl.change, checks, failedAsItMust: failedAsItMust(checks, negativeControl) }
}

const notRun = ({ negativeControl: { change } }: AnyExperiment, because: Check): NegativeControl => ({
  change,
  checks: [because],
  failedAsItMust: false,
})

/** `unknown`: whoever would have to say it does not answer. */
async function whatRemains(target: Target): Promise<{ readonly remains: readonly string[]; readonly unknown?: string }> {
  try {
    return { remains: (await orphanedFaults(target)).map(({ description }) => description) }
  } catch (error) {
    const unknown = `whether anything is left behind could not be told: ${messageOf(error)}`
    return { remains: [unknown], unknown }
  }
}

/** A fault that stays in the shop fails the run; not knowing takes its pass away. */
function withRemains(verdict: Verdict, { remains, unknown }: { readonly remains: readonly string[]; readonly unknown?: string }): Verdict {
  if (verdict.verdict !== 'pass' || remains.length === 0) return verdict
  return unknown === undefined ? { verdict: 'fail' } : { verdict: 'inconclusive', reason: unknown }
}

const inWords = (checks: readonly Check[]): string =>
  checks
    .filter(({ passed }) => !passed)
    .map(({ name, expected, actual }) => `${name}: expected ${readable(expected)}, observed ${readable(actual)}`)
    .join('; ')

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
