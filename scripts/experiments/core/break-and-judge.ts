import { broken, type Check, unproven } from '../../checks/check.ts'
import type { BackgroundTraffic } from './background-traffic.ts'
import type { Run, Story } from './experiment.ts'
import type { RunEvent } from './result.ts'
import { rollbackStack } from './rollback-stack.ts'
import type { RunPhase } from './run-news.ts'
import type { Running } from './run-state.ts'
import type { Target } from './target.ts'

/** What one observation came to. */
export interface Judged extends Story {
  readonly checks: readonly Check[]
  readonly events: readonly RunEvent[]
}

/**
 * Action → observation → verdict; the rollback follows on every way out.
 * @param phase of which it tells news: the observation, or the negative control
 * @param acting config of action and observation; the verdict always takes that of the experiment
 */
export async function breakAndJudge<T extends Target>(
  { experiment, config, target, signal, progress, news, record, startedAt }: Running<T>,
  { quietly }: BackgroundTraffic<unknown>,
  phase: RunPhase,
  acting = config,
): Promise<Judged> {
  const rollbacks = rollbackStack()
  const [checks, events]: [Check[], RunEvent[]] = [[], []]
  const elapsedMs = () => Date.now() - startedAt
  const event = (what: string) => {
    const happened = { atMs: elapsedMs(), what }
    events.push(happened)
    news?.({ kind: 'event', of: phase, event: happened })
  }
  news?.({ kind: 'phase', phase })
  let story: Story = {}
  let isInjected = false
  try {
    const action = await experiment.action(target, acting)
    const rollbackAction = rollbacks.push(action.description, async () => {
      await action.rollback()
      if (isInjected) event('fault removed')
    })
    const applyAction = async () => {
      progress('inject')
      await action.apply()
      isInjected = true
      event('fault injected')
    }
    const run: Run<T> = { target, signal, progress, applyAction, rollbackAction, quietly, event, elapsedMs }
    const observed = await experiment.observe(run, acting)
    checks.push(...experiment.verdict(config, observed))
    story = experiment.story?.(acting, observed) ?? {}
    if (!isInjected) checks.push(broken('the observation broke what it was to break', 'it did not'))
  } catch (error) {
    if (!signal.aborted) checks.push(unproven('the observation came to its end', error))
  }
  // An interruption is looked at by the caller, after this: a Ctrl-C must not keep the fault in place.
  record.remains.push(...(await rollbacks.unwind()))
  return { checks, events, ...story }
}
