import { type Check, unproven } from '../../checks/check.ts'
import type { BackgroundTraffic } from './background-traffic.ts'
import { breakAndJudge } from './break-and-judge.ts'
import type { AnyExperiment } from './experiment.ts'
import { failedAsItMust } from './judge.ts'
import type { NegativeControl } from './result.ts'
import { rollbackStack } from './rollback-stack.ts'
import type { Running } from './run-state.ts'

/** The same run without the rule: a harness that passes it could not see a missing breaker. */
export async function runControl(run: Running, traffic: BackgroundTraffic<unknown>): Promise<NegativeControl> {
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

/** The control of a run after which the steady state did not come back. */
export const controlNotRun = ({ negativeControl: { change } }: AnyExperiment, because: Check): NegativeControl => ({
  change,
  checks: [because],
  failedAsItMust: false,
})
