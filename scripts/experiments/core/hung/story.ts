import { percentile } from '../../../checks/percentile.ts'
import type { Story } from '../experiment.ts'
import { trafficOf } from '../sent-request.ts'
import { besideMs } from './too-slow.ts'
import { type HungConfig, type HungObserved, msOf } from './verdict.ts'

/** What the callers saw. */
export function hungStory(service: string, { timeoutMs }: HungConfig, { startedAt, callers }: HungObserved): Story {
  const calls = callers.flatMap((one) => one.calls)
  const refused = calls.filter(({ overloaded }) => overloaded).length
  const p99 = Math.round(percentile(msOf(calls), 0.99) ?? 0)
  return {
    summary: `While ${service} hung, ${calls.length} calls were sent: ${refused} were refused at once because the pool was full, and 99 % had ended within ${p99} ms.`,
    traffic: callers.map(({ caller, before, calls: sent, after }) =>
      trafficOf([...before, ...sent, ...after], { startedAt, caller, deadlineMs: timeoutMs + besideMs }),
    ),
  }
}
