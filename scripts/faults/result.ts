import type { Check } from './check.ts'

/** Pool limits and ejection as a caller's proxy shows them. `probation`: returned, no success yet (Envoy has no half-open state). */
export type BreakerState = 'closed' | 'pool-full' | 'ejected' | 'probation'

/** One moment of one lane; counts are since the sample before. */
export interface Sample {
  /** ms since the run's start. */
  readonly atMs: number
  readonly state: BreakerState
  readonly cause?: string
  readonly requests?: number
  readonly refused?: number
  readonly failed?: number
}

/** A caller's proxy × one upstream host; host `pool` is the limit they share. */
export interface Lane {
  readonly caller: string
  readonly host: string
  readonly samples: readonly Sample[]
}

/** `out/experiments/<name>.json`, see experiment-result.schema.json. */
export interface ExperimentResult {
  readonly name: string
  readonly target: 'local' | 'cluster'
  readonly claim: string
  readonly startedAt: string
  readonly durationMs: number
  readonly config: object
  readonly checks: readonly Check[]
  readonly verdict: 'pass' | 'fail'
  readonly negativeControl: { readonly change: string; readonly checks: readonly Check[]; readonly failedAsItMust: boolean }
  readonly timeline: readonly Lane[]
  readonly invariants: readonly Check[]
  readonly undo: { readonly done: boolean; readonly remains: readonly string[] }
}

/** A run is good when its claim held, the control failed as it must, the business is whole and nothing stays broken. */
export const passed = (result: ExperimentResult): boolean =>
  result.verdict === 'pass' && result.negativeControl.failedAsItMust && result.invariants.every((check) => check.holds) && result.undo.done
