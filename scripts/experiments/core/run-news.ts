import type { Check } from '../../checks/check.ts'
import type { ExperimentResult, RunEvent } from './result.ts'

/** Where a run is. */
export type RunPhase = 'steady state' | 'observation' | 'steady state again' | 'negative control' | 'invariants'

/** What a run tells as soon as it knows it, for somebody who watches; the result has all of it, later. */
export type RunNews =
  | { readonly kind: 'begun'; readonly name: string; readonly hypothesis: string; readonly change: string }
  | { readonly kind: 'phase'; readonly phase: RunPhase }
  /** Of the phase that goes on; those of a steady state are told again whenever they have changed. */
  | { readonly kind: 'checks'; readonly of: RunPhase; readonly checks: readonly Check[] }
  | { readonly kind: 'event'; readonly of: RunPhase; readonly event: RunEvent }
  | { readonly kind: 'control'; readonly failedAsItMust: boolean }
  | {
      readonly kind: 'ended'
      readonly name: string
      readonly verdict: ExperimentResult['verdict']
      /** Why it was not judged. */
      readonly reason?: string
      readonly durationMs: number
      /** What could not be put back. */
      readonly remains: readonly string[]
    }

/** Takes news of a run. */
export type TellNews = (news: RunNews) => void
