import { type Check, doubted, equals, within } from '../../../checks/check.ts'
import { ofCaller } from '../of-caller.ts'
import type { Traffic } from '../result.ts'
import type { Answer } from '../sent-request.ts'
import type { RouteRule } from './route-rule.ts'

export interface TimeoutConfig extends RouteRule {
  /** Names of the replicas that send. */
  readonly callers: readonly string[]
  /** Of each caller, one after another. */
  readonly requests: number
  /** ms for which every host keeps a request: longer than any try may take. */
  readonly delayMs: number
}

export interface TimeoutObserved {
  readonly callers: readonly {
    readonly caller: string
    /** While the hosts were slow. */
    readonly slow: readonly Answer[]
    /** Before that. */
    readonly quick: readonly Answer[]
  }[]
  /** Requests that reached the proxies of the hosts meanwhile; undefined when they do not count them. */
  readonly arrived: number | undefined
  /** What the callers saw, for the report. */
  readonly traffic?: readonly Traffic[]
}

export const endedByTimeout = 'answers that were 504 Gateway Timeout'
export const hostsWereSlow = 'quickest answer while the hosts were slow, ms (or nothing was injected)'

/** A proxy looks at its timers as often as the machine lets it; what a request takes besides is measured. */
const slackMs = 150
/** Envoy waits between tries: at most 25, 75, 175 … ms, never more than 250 (`retry_back_off`: base 25 ms, doubled and jittered). */
const mostBackOffMs = 250

/** When a call ends at the latest and at the earliest: by its own time-out, or when all its tries have run out of theirs. */
export function endOf({ timeoutMs = Number.POSITIVE_INFINITY, perTryMs = Number.POSITIVE_INFINITY, attempts }: RouteRule): {
  min: number
  max: number
} {
  const tries = 1 + attempts
  return { min: Math.min(timeoutMs, perTryMs * tries), max: Math.min(timeoutMs, perTryMs * tries + mostBackOffMs * attempts) }
}

/** Pure. Every call ends when the route says, however slow the hosts are. */
export function timeoutVerdict(config: TimeoutConfig, { callers, arrived }: TimeoutObserved): Check[] {
  const { timeoutMs, perTryMs } = config
  const end = endOf(config)
  return [
    equals('the route sets a time-out', true, timeoutMs !== undefined || perTryMs !== undefined),
    ...callers.flatMap(({ caller, slow, quick }) => {
      const besideMs = Math.max(...quick.map(({ ms }) => ms))
      const doubt =
        besideMs > slackMs ? `this machine is too slow to judge: an answer that nobody delays took ${Math.round(besideMs)} ms` : undefined
      const times = slow.map(({ ms }) => Math.round(ms))
      return ofCaller(caller, callers.length === 1, [
        equals(endedByTimeout, config.requests, slow.filter(({ status }) => status === 504).length),
        // A timer may fire a little before its time.
        within(hostsWereSlow, { min: Math.floor(Math.min(end.min, config.delayMs) * 0.98) }, Math.min(...times)),
        ...doubted(doubt, [
          within('slowest answer while the hosts were slow, ms', { max: Math.ceil(end.max + slackMs + besideMs) }, Math.max(...times)),
        ]),
        equals(
          'answers before that which were no error',
          quick.length,
          quick.filter(({ status }) => status !== undefined && status < 500).length,
        ),
      ])
    }),
    ...(arrived === undefined
      ? []
      : [within('requests that reached the hosts meanwhile', { min: config.requests * callers.length }, arrived)]),
  ]
}
