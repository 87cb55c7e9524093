import { type Check, doubted, equals, within } from '../../../checks/check.ts'
import { ofCaller } from '../of-caller.ts'
import type { Traffic } from '../result.ts'
import type { Answer } from '../sent-request.ts'

export interface RetryConfig {
  /** How often the route sends a failed call again. */
  readonly attempts: number
  /** What the hosts answer. */
  readonly status: number
  readonly hosts: number
  /** Names of the replicas that send. */
  readonly callers: readonly string[]
  /** Of each caller while all hosts fail, and again while all but one do not. */
  readonly requests: number
}

export interface CallerRetries {
  readonly caller: string
  /** While every host failed, and while one did. */
  readonly allFail: readonly Answer[]
  readonly oneFails: readonly Answer[]
  /** Requests that the caller's proxy sent to hosts for `allFail`. */
  readonly sent: number
  /** Of `oneFails`, how many reached the host that failed. */
  readonly reachedVictim: number
}

export interface RetryObserved {
  readonly callers: readonly CallerRetries[]
  /** Requests that reached the hosts for all of `allFail`; undefined when they do not count them. */
  readonly arrived: number | undefined
  /** What the callers saw, for the report. */
  readonly traffic?: readonly Traffic[]
}

export const sentAgain = 'requests to hosts while all failed: each call once, and again as often as the route says'
export const hostsFailed = 'calls that failed while all hosts did (or nothing was injected)'

/** Pure. A failed call is sent again as often as the route says, no more, and another host can save it. */
export function retryVerdict(config: RetryConfig, { callers, arrived }: RetryObserved): Check[] {
  const { attempts, requests, status } = config
  const tries = requests * (1 + attempts)
  return [
    within('times that the route sends a failed call again', { min: 1 }, attempts),
    ...callers.flatMap(({ caller, allFail, oneFails, sent, reachedVictim }) =>
      ofCaller(caller, callers.length === 1, [
        equals(hostsFailed, requests, allFail.filter((answer) => answer.status === status).length),
        equals(sentAgain, tries, sent),
        within('requests that reached the host that failed alone', { min: 1 }, reachedVictim),
        equals(
          'calls that failed while one host did',
          0,
          oneFails.filter((answer) => answer.status === undefined || answer.status >= 500).length,
        ),
      ]),
    ),
    ...(arrived === undefined
      ? []
      : doubted(ofStrangers(arrived, callers), [equals('requests that the hosts saw while all failed', tries * callers.length, arrived)])),
  ]
}

/** Workloads that are none of the callers have proxies of their own. */
function ofStrangers(arrived: number, callers: readonly CallerRetries[]): string | undefined {
  const others = arrived - callers.reduce((sum, { sent }) => sum + sent, 0)
  return others > 0 ? `others sent ${others} requests to the hosts meanwhile` : undefined
}
