import { noTraffic } from '../../experiments/core/background-traffic.ts'
import { breakAndJudge } from '../../experiments/core/break-and-judge.ts'
import { StillBroken } from '../../experiments/core/by-hand/break-until.ts'
import type { AnyExperiment, Experiment } from '../../experiments/core/experiment.ts'
import type { Found, RunContext } from '../../experiments/core/run-state.ts'
import { awaitSteadyState, inWords } from '../../experiments/core/steady-state.ts'
import type { Target } from '../../experiments/core/target.ts'
import { type JudgedRun, judgeRun } from './judged-run.ts'

export interface Once<Observed> extends JudgedRun {
  /** Absent when it did not come to that. */
  readonly observed?: Observed
  /** `performance.now()` when the fault was away. */
  readonly rolledBackAt?: number
}

/**
 * One observation of an experiment as its own runs make it, without control, orders and timeline.
 * @throws StillBroken; what `signal` was aborted with, when everything is put back
 */
export async function runOnce<Config extends object, Observed, T extends Target>(
  experiment: Experiment<Config, Observed, T>,
  context: RunContext<T>,
): Promise<Once<Observed>> {
  const { target, signal } = context
  const record: Found = { checks: [], told: {}, timeline: [], invariants: [], remains: [] }
  const seen: { observed?: Observed; rolledBackAt?: number } = {}
  const watched: Experiment<Config, Observed, T> = {
    ...experiment,
    observe: async (run, config) => {
      const rollbackAction = async () => {
        await run.rollbackAction()
        seen.rolledBackAt ??= performance.now()
      }
      const observed = await experiment.observe({ ...run, rollbackAction }, config)
      seen.observed = observed
      return observed
    },
  }
  const config = await experiment.config(target)
  const running = { ...context, experiment: watched as unknown as AnyExperiment<T>, config, record, startedAt: Date.now() }
  const unsteady = await awaitSteadyState(running, 'steady state', 'steady state')
  if (unsteady.length > 0) return { verdict: 'inconclusive', reasons: [`the steady state did not hold: ${inWords(unsteady)}`] }
  const { checks } = await breakAndJudge(running, noTraffic, 'observation')
  if (record.remains.length > 0) throw new StillBroken(record.remains)
  signal.throwIfAborted()
  return { ...judgeRun(checks), ...seen }
}
