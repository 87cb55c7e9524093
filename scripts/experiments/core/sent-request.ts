import type { Traffic } from './result.ts'
import type { Answer } from './traffic.ts'
import { type RequestRecord, trafficBins } from './traffic-bins.ts'

/** One request of an open loop, as its sender saw it. */
export interface SentRequest extends Answer {
  /** ms since 1970 */
  readonly at: number
}

const binMs = 250

/**
 * Requests → what the report shows of them. Right is what was answered below 400 within the deadline.
 * @param startedAt ms since 1970, of the run
 */
export const trafficOf = (
  sent: readonly SentRequest[],
  { startedAt, caller, deadlineMs }: { readonly startedAt: number; readonly caller: string; readonly deadlineMs: number },
): Traffic =>
  trafficBins(
    sent.map(({ at, ms, status, overloaded }): RequestRecord => {
      const isRight = status !== undefined && status < 400 && ms <= deadlineMs
      return {
        sentAtMs: at - startedAt,
        endedAtMs: at - startedAt + ms,
        outcome: overloaded ? 'refused' : isRight ? 'ok' : 'failed',
        answered: status !== undefined,
      }
    }),
    { caller, binMs, deadlineMs },
  )
