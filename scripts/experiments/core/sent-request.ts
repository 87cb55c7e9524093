import type { Traffic } from './result.ts'
import { type RequestRecord, trafficBins } from './traffic-bins.ts'

/** What became of one request. */
export interface Answer {
  /** Absent: nobody answered. */
  readonly status?: number
  /** The caller's proxy refused it: a pool limit was reached. */
  readonly overloaded: boolean
  readonly ms: number
}

/** One request as its sender saw it. */
export interface SentRequest extends Answer {
  /** ms since 1970 */
  readonly at: number
}

const binMs = 250

/**
 * Requests → what the report shows of them. Right is what was answered below 400, within the deadline if there is one.
 * @param startedAt ms since 1970, of the run
 */
export const trafficOf = (
  sent: readonly SentRequest[],
  { startedAt, deadlineMs, ...sender }: { readonly startedAt: number; readonly caller: string; readonly deadlineMs?: number },
): Traffic =>
  trafficBins(
    sent.map(({ at, ms, status, overloaded }): RequestRecord => {
      const isRight = status !== undefined && status < 400 && ms <= (deadlineMs ?? Number.POSITIVE_INFINITY)
      return {
        sentAtMs: at - startedAt,
        endedAtMs: at - startedAt + ms,
        outcome: overloaded ? 'refused' : isRight ? 'ok' : 'failed',
        answered: status !== undefined,
      }
    }),
    { ...sender, binMs, ...(deadlineMs !== undefined && { deadlineMs }) },
  )
