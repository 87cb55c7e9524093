import { percentile } from '../../checks/percentile.ts'
import type { Samples } from './samples.ts'

/** The requests with one outcome. */
export interface OutcomeSummary {
  readonly outcome: string
  readonly count: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** What an open-loop load came to. Times are counted from when a request was due. */
export interface Goodput {
  /** Requests/s that were due. */
  readonly offeredPerSecond: number
  /** Answers of 2xx within the deadline, per second. */
  readonly goodputPerSecond: number
  readonly requests: number
  readonly inTime: number
  /** Answers of 2xx after the deadline: work that was in vain. */
  readonly tooLate: number
  /** Each with its count and times, most frequent first. */
  readonly outcomes: readonly OutcomeSummary[]
  readonly generator: GeneratorHealth
}

/** Whether the generator did what it was asked to, or measured itself. */
export interface GeneratorHealth {
  /** Share of the requests that were sent more than `lateAfterMs` after they were due. */
  readonly lateShare: number
  readonly lateP99Ms: number
  /** Cores that its process used, e.g. 0.4. */
  readonly cores: number
  /** Why the numbers say nothing; absent when they do. */
  readonly inconclusive?: string
}

export interface GoodputRules {
  readonly deadlineMs: number
  /** Requests that are due before it are sent and not counted. */
  readonly warmUpMs: number
}

/** A request that leaves the generator later than this has missed its schedule. */
export const lateAfterMs = 10
/** Of the requests; with more, the load was not the one that was asked for. */
export const mostLateShare = 0.01

/** @throws RangeError when no request is due after the warm-up */
export function goodputOf(samples: Samples, { deadlineMs, warmUpMs }: GoodputRules): Goodput {
  const counted = [...samples.dueMs.keys()].filter((turn) => (samples.dueMs[turn] ?? 0) >= warmUpMs)
  const last = samples.dueMs.at(-1)
  if (counted.length < 2 || last === undefined) throw new RangeError('no request is due after the warm-up')
  // From the first counted request to the one that would follow the last.
  const seconds = ((last - warmUpMs) / 1000) * (counted.length / (counted.length - 1))
  const latency = (turn: number) => samples.latencyMs[turn] ?? 0
  const byOutcome = Map.groupBy(counted, (turn) => samples.outcomes[samples.outcome[turn] ?? 0] ?? '')
  const succeeded = [...byOutcome].flatMap(([outcome, turns]) => (/^2\d\d$/.test(outcome) ? turns : []))
  const inTime = succeeded.filter((turn) => latency(turn) <= deadlineMs).length
  return {
    offeredPerSecond: tenths(counted.length / seconds),
    goodputPerSecond: tenths(inTime / seconds),
    requests: counted.length,
    inTime,
    tooLate: succeeded.length - inTime,
    outcomes: [...byOutcome]
      .map(([outcome, turns]) => ({ outcome, count: turns.length, ...times(turns.map(latency)) }))
      .toSorted((a, b) => b.count - a.count),
    generator: healthOf(samples, counted),
  }
}

function healthOf({ lateMs, cpuMs, wallMs }: Samples, counted: readonly number[]): GeneratorHealth {
  const late = counted.map((turn) => lateMs[turn] ?? 0)
  const lateShare = late.filter((ms) => ms > lateAfterMs).length / late.length
  return {
    lateShare,
    lateP99Ms: tenths(percentile(late, 0.99) ?? 0),
    cores: Math.round((cpuMs / wallMs) * 100) / 100,
    ...(lateShare > mostLateShare && {
      inconclusive: `the generator sent ${(lateShare * 100).toFixed(1)} % of the requests more than ${lateAfterMs} ms late: this machine is too busy for this rate`,
    }),
  }
}

const times = (values: readonly number[]): { p50Ms: number; p99Ms: number } => ({
  p50Ms: tenths(percentile(values, 0.5) ?? 0),
  p99Ms: tenths(percentile(values, 0.99) ?? 0),
})

const tenths = (value: number): number => Math.round(value * 10) / 10
