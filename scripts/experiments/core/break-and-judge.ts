import { broken, type Check, unproven } from '../../checks/check.ts'
import type { BackgroundTraffic } from './background-traffic.ts'
import type { Run } from './experiment.ts'
import { rollbackStack } from './rollback-stack.ts'
import type { Running } from './run-state.ts'

/** Action → observation → verdict; the rollback follows on every way out. */
export async function breakAndJudge(
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
