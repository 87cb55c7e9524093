import type { ExperimentResult } from '../../experiments/core/result.ts'
import { type ShownCheck, shown } from './run-state.ts'

/** What is known of the last run of an experiment. */
export interface LastResult {
  readonly verdict: ExperimentResult['verdict']
  readonly startedAt: string
  readonly target: ExperimentResult['target']
  /** What it checked: the next run will, too. */
  readonly checks: readonly ShownCheck[]
  readonly control: readonly ShownCheck[]
  readonly change?: string
}

/** Results by the names of their experiments. Pure. */
export const lastResults = (results: readonly ExperimentResult[]): ReadonlyMap<string, LastResult> =>
  new Map(
    results.map(({ name, verdict, startedAt, target, checks, negativeControl }) => [
      name,
      {
        verdict,
        startedAt,
        target,
        checks: checks.map(shown),
        control: negativeControl?.checks.map(shown) ?? [],
        ...(negativeControl && { change: negativeControl.change }),
      },
    ]),
  )
