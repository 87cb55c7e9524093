import { percentile } from '../../checks/percentile.ts'
import type { Traffic } from './result.ts'

/** One request as its sender saw it; times are ms since the run's `startedAt`. */
export interface RequestRecord {
  readonly sentAtMs: number
  readonly endedAtMs: number
  /** `ok`: right, and within the deadline if there is one. `refused`: at once, because a limit was reached. `failed`: everything else. */
  readonly outcome: 'ok' | 'refused' | 'failed'
  /** Whether it was answered at all; one that was not has no latency. */
  readonly answered?: boolean
}

/** The records of one sender → its traffic, interval by interval from the first to the last, empty ones included. */
export function trafficBins(
  records: readonly RequestRecord[],
  sender: { readonly caller: string; readonly binMs: number; readonly deadlineMs?: number },
): Traffic {
  const { binMs } = sender
  const bin = (atMs: number) => Math.floor(atMs / binMs)
  const first = records.reduce((least, { sentAtMs }) => Math.min(least, bin(sentAtMs)), Number.POSITIVE_INFINITY)
  const last = records.reduce((most, { endedAtMs }) => Math.max(most, bin(endedAtMs)), Number.NEGATIVE_INFINITY)
  const begun = Map.groupBy(records, ({ sentAtMs }) => bin(sentAtMs))
  const ended = Map.groupBy(records, ({ endedAtMs }) => bin(endedAtMs))
  const length = records.length === 0 ? 0 : last - first + 1
  return {
    ...sender,
    bins: Array.from({ length }, (_, index) =>
      binOf((first + index) * binMs, begun.get(first + index) ?? [], ended.get(first + index) ?? []),
    ),
  }
}

function binOf(atMs: number, begun: readonly RequestRecord[], ended: readonly RequestRecord[]): Traffic['bins'][number] {
  const count = (outcome: RequestRecord['outcome']) => ended.filter((record) => record.outcome === outcome).length
  const served = ended.filter(({ outcome, answered = outcome === 'ok' }) => answered && outcome !== 'refused')
  const latencies = served.map(({ sentAtMs, endedAtMs }) => endedAtMs - sentAtMs)
  const [p50Ms, p99Ms] = [percentile(latencies, 0.5), percentile(latencies, 0.99)]
  return {
    atMs,
    sent: begun.length,
    ok: count('ok'),
    refused: count('refused'),
    failed: count('failed'),
    ...(p50Ms !== undefined && p99Ms !== undefined && { p50Ms, p99Ms }),
  }
}
