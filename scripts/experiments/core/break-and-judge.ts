import { broken, type Check, unproven } from '../../checks/check.ts'
import type { BackgroundTraffic } from './background-traffic.ts'
import type { Run } from './experiment.ts'
import { rollbackStack } from './rollback-stack.ts'
import type { Running } from './run-state.ts'
import type { Target } from './target.ts'

/** Action → observation → verdict; the rollback follows on every way out. */
export async function breakAndJudge<T extends Target>(
  { experiment, config, target, signal, progress, record }: Running<T>,
  { quietly }: BackgroundTraffic<unknown>,
): Promise<Check[]> {
  const rollbacks = rollbackStack()
  const checks: Check[] = []
  try {
    const action = await experiment.action(target, config)
    const rollbackAction = rollbacks.push(action.description, action.rollback)
    let isInjected = false
    const applyAction = async () => {
      progress('inject')
      await action.apply()
      isInjected = true
    }
    const run: Run<T> = { target, signal, progress, applyAction, rollbackAction, quietly }
    checks.push(...experiment.verdict(config, await experiment.observe(run, config)))
    if (!isInjected) checks.push(broken('the observation broke what it was to break', 'it did not'))
  } catch (error) {
    if (!signal.aborted) checks.push(unproven('the observation came to its end', error))
  }
  // An interruption is looked at by the caller, after this: a Ctrl-C must not keep the fault in place.
  record.remains.push(...(await rollbacks.unwind()))
  return checks
}
