import type { StaticDecode } from 'typebox'
import { type ExitCode, exitCodes } from '../../cli/exit-codes.ts'
import type { judged, resultSchema, unjudged } from './result-schema.ts'

/** Of a whole run: its claim, the control, the business invariants, and that everything was put back. */
export type Verdict =
  | { readonly verdict: (typeof judged)[number] }
  /** `inconclusive`: nothing could be judged; `aborted`: somebody ended the run. */
  | { readonly verdict: (typeof unjudged)[number]; readonly reason: string }

/** What is known of one run of one experiment; `result-schema.ts` is how a file has it. */
export type ExperimentResult = StaticDecode<typeof resultSchema> & Verdict

/** A caller's proxy × one upstream host; host `pool` is the limit they share. */
export type Series = ExperimentResult['timeline'][number]

/** One moment of one series; counts are since the sample before. */
export type Sample = Series['samples'][number]

/** A field of a policy that cannot do what was claimed of it: the arithmetic, and the change that would. */
export type Reason = NonNullable<ExperimentResult['reasons']>[number]

/** One thing that the run did to the system, e.g. the fault. */
export type RunEvent = NonNullable<ExperimentResult['events']>[number]

/** The requests of one sender, interval by interval. */
export type Traffic = NonNullable<ExperimentResult['traffic']>[number]

/** A number that expected values derive from, and the field of the policy that gave it. */
export type PolicyNumber = NonNullable<ExperimentResult['policy']>[number]

/** The machine that ran the experiment, and the versions of what was run. */
export type Environment = NonNullable<ExperimentResult['environment']>

/** The same run without the rule. */
export type NegativeControl = NonNullable<ExperimentResult['negativeControl']>

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
