import { type Check, unproven } from '../../checks/check.ts'
import { nothingToDo } from './action.ts'
import type { BackgroundTraffic } from './background-traffic.ts'
import { breakAndJudge, type Judged } from './break-and-judge.ts'
import type { AnyExperiment } from './experiment.ts'
import { failedAsItMust } from './judge.ts'
import type { NegativeControl, Series } from './result.ts'
import { rollbackStack } from './rollback-stack.ts'
import type { Running } from './run-state.ts'
import type { Target } from './target.ts'
import { recordTimeline } from './timeline.ts'

/** The same run without the rule: a harness that passes it could not see a missing breaker. */
export async function runControl<T extends Target>(run: Running<T>, traffic: BackgroundTraffic<unknown>): Promise<NegativeControl> {
  const { experiment, target, signal, record, startedAt } = run
  const { negativeControl } = experiment
  const rollbacks = rollbackStack()
  let judged: Judged
  let series: readonly Series[] | undefined
  try {
    const action = (await negativeControl.action?.(target)) ?? nothingToDo
    rollbacks.push(negativeControl.change, action.rollback)
    await action.apply()
    signal.throwIfAborted()
    const timeline = recordTimeline(target, await experiment.watch(target), () => Date.now() - startedAt)
    try {
      judged = await breakAndJudge(run, traffic, 'negative control', negativeControl.without?.(run.config))
    } finally {
      series = await timeline.stop()
    }
  } catch (error) {
    judged = { checks: [unproven('the control came to its verdict', error)], events: [] }
  }
  record.remains.push(...(await rollbacks.unwind()))
  return {
    change: negativeControl.change,
    failedAsItMust: failedAsItMust(judged.checks, negativeControl),
    ...judged,
    ...(series && { timeline: series }),
  }
}

/** The control of a run after which the steady state did not come back. */
export const controlNotRun = <T extends Target>({ negativeControl: { change } }: AnyExperiment<T>, because: Check): NegativeControl => ({
  change,
  checks: [because],
  failedAsItMust: false,
})
