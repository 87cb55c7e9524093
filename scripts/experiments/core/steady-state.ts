import { allPassed, broken, type Check, unproven } from '../../checks/check.ts'
import { poll } from '../../checks/poll.ts'
import { readable } from '../../checks/readable.ts'
import type { RunPhase } from './run-news.ts'
import type { Running } from './run-state.ts'
import type { Target } from './target.ts'

/** The checks of the steady state that do not hold when it is time to give up; none as soon as all hold. */
export async function awaitSteadyState<T extends Target>(
  { experiment, target, config, signal, progress, news, settling }: Running<T>,
  what: string,
  phase: RunPhase,
): Promise<readonly Check[]> {
  progress(what)
  news?.({ kind: 'phase', phase })
  let reported = ''
  let told = ''
  const ask = async () => {
    const checks = await experiment.steadyState(target, config).catch((error: unknown) => [unproven('the steady state can be read', error)])
    const waitingFor = inWords(checks)
    if (waitingFor !== reported && waitingFor !== '') progress(`${what}: waiting for ${waitingFor}`)
    reported = waitingFor
    const state = JSON.stringify(checks)
    if (state !== told) news?.({ kind: 'checks', of: phase, checks })
    told = state
    return checks
  }
  const checks = await poll(ask, allPassed, { timeoutMs: 60_000, everyMs: 500, ...settling, signal })
  if (checks.length === 0) return [broken('something is checked', 'no checks')]
  return checks.filter(({ passed }) => !passed)
}

/** The steady state after something was put back, as one check. */
export async function steadyStateAgain<T extends Target>(run: Running<T>, when: string): Promise<Check> {
  const unsteady = await awaitSteadyState(run, `steady state again ${when}`, 'steady state again')
  const doubts = unsteady.flatMap(({ doubt }) => doubt ?? [])
  return {
    name: `the steady state holds again ${when}`,
    expected: 'yes',
    actual: unsteady.length === 0 ? 'yes' : `no: ${inWords(unsteady)}`,
    passed: unsteady.length === 0,
    ...(unsteady.length > 0 && doubts.length === unsteady.length && { doubt: doubts.join('; ') }),
  }
}

/** The checks that do not hold, for a person. */
export const inWords = (checks: readonly Check[]): string =>
  checks
    .filter(({ passed }) => !passed)
    .map(({ name, expected, actual }) => `${name}: expected ${readable(expected)}, observed ${readable(actual)}`)
    .join('; ')
