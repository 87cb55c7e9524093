import type { Check } from '../../checks/check.ts'
import { type ExitCode, exitCodes } from '../../cli/exit-codes.ts'

/** Pool limits and ejection as a caller's proxy shows them. `probation`: returned, no success yet (Envoy has no half-open state). */
export type BreakerState = 'closed' | 'overflow' | 'ejected' | 'probation'

/** One moment of one series; counts are since the sample before. */
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
export interface Series {
  readonly caller: string
  readonly host: string
  readonly samples: readonly Sample[]
}

/** The same run without the rule. */
export interface NegativeControl {
  readonly change: string
  readonly checks: readonly Check[]
  readonly failedAsItMust: boolean
}

/** Of a whole run: its claim, the control, the business invariants, and that everything was put back. */
export type Verdict =
  | { readonly verdict: 'pass' | 'fail' }
  /** `inconclusive`: nothing could be judged; `aborted`: somebody ended the run. */
  | { readonly verdict: 'inconclusive' | 'aborted'; readonly reason: string }

/** What is known of one run of one experiment; `result-json.ts` is how a file has it. */
export type ExperimentResult = Verdict & {
  readonly name: string
  readonly target: 'local' | 'cluster'
  readonly hypothesis: string
  readonly startedAt: string
  readonly durationMs: number
  readonly config: object
  readonly checks: readonly Check[]
  /** Absent when the run did not come to it. */
  readonly negativeControl?: NegativeControl
  readonly timeline: readonly Series[]
  readonly invariants: readonly Check[]
  readonly rollback: { readonly done: boolean; readonly remains: readonly string[] }
}

export const hasPassed = ({ verdict }: Verdict): boolean => verdict === 'pass'

/** Why a run was not judged. */
export const reasonOf = (result: Verdict): string | undefined => ('reason' in result ? result.reason : undefined)

/** In words for a person; capitals for what must not be overlooked. */
export const verdictWords: Readonly<Record<ExperimentResult['verdict'], string>> = {
  pass: 'passed',
  fail: 'FAILED',
  inconclusive: 'inconclusive',
  aborted: 'aborted',
}

/** What a command ends with that ran experiments: whatever was not put back counts first, then what failed. */
export function exitCodeOf(results: readonly ExperimentResult[]): ExitCode {
  const verdicts = new Set(results.map(({ verdict }) => verdict))
  if (results.some(({ rollback }) => !rollback.done)) return exitCodes.stillBroken
  if (verdicts.has('fail')) return exitCodes.failed
  if (verdicts.has('aborted')) return exitCodes.interrupted
  return verdicts.has('inconclusive') ? exitCodes.inconclusive : exitCodes.done
}
