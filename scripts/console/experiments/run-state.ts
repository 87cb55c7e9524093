import type { Check } from '../../checks/check.ts'
import { readable } from '../../checks/readable.ts'
import type { RunNews, RunPhase } from '../../experiments/core/run-news.ts'

/** A check as the page shows it. */
export interface ShownCheck {
  readonly name: string
  readonly expected: string
  readonly actual: string
  /** `open`: it does not hold, and there is a reason to doubt that. */
  readonly outcome: 'holds' | 'fails' | 'open'
}

/** An experiment that goes on, or the last that did. */
export interface RunState {
  readonly name: string
  readonly hypothesis: string
  /** What the negative control takes away; empty until the run has begun. */
  readonly change: string
  /** ms since 1970 */
  readonly startedAt: number
  readonly phase?: RunPhase
  readonly checks: Readonly<Partial<Record<RunPhase, readonly ShownCheck[]>>>
  readonly events: readonly { readonly of: RunPhase; readonly atMs: number; readonly what: string }[]
  readonly controlFailedAsItMust?: boolean
  /** What it said last, the newest last. */
  readonly lines: readonly string[]
  readonly isAborting: boolean
  readonly ended?: RunEnd
}

export interface RunEnd {
  /** `error`: it could not begin, or its process ended before its time. */
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'aborted' | 'error'
  readonly reason?: string
  readonly durationMs?: number
  readonly remains: readonly string[]
}

/** What the process of a run tells. */
export type RunMessage = { readonly kind: 'line'; readonly line: string } | { readonly kind: 'error'; readonly reason: string } | RunNews

const keptLines = 60
const keptEvents = 40

export const newRun = (name: string, hypothesis: string, startedAt: number): RunState => ({
  name,
  hypothesis,
  change: '',
  startedAt,
  checks: {},
  events: [],
  lines: [],
  isAborting: false,
})

/** The run after one more message. Pure. */
export function nextRun(run: RunState, message: RunMessage): RunState {
  switch (message.kind) {
    case 'line':
      return { ...run, lines: [...run.lines, message.line].slice(-keptLines) }
    case 'begun':
      return { ...run, hypothesis: message.hypothesis, change: message.change }
    case 'phase':
      return { ...run, phase: message.phase }
    case 'checks':
      return { ...run, checks: { ...run.checks, [message.of]: message.checks.map(shown) } }
    case 'event':
      return { ...run, events: [...run.events, { of: message.of, ...message.event }].slice(-keptEvents) }
    case 'control':
      return { ...run, controlFailedAsItMust: message.failedAsItMust }
    case 'ended': {
      const { verdict, reason, durationMs, remains } = message
      return { ...run, ended: { verdict, ...(reason !== undefined && { reason }), durationMs, remains } }
    }
    case 'error':
      return run.ended ? run : { ...run, ended: { verdict: 'error', reason: message.reason, remains: [] } }
  }
}

export const shown = ({ name, expected, actual, passed, doubt }: Check): ShownCheck => ({
  name,
  expected: readable(expected),
  actual: readable(actual),
  outcome: passed ? 'holds' : doubt === undefined ? 'fails' : 'open',
})
