import type { Check } from '../../checks/check.ts'
import { isNamed } from './of-caller.ts'
import type { NegativeControl, Verdict } from './result.ts'

/** Which checks tell a run without the rule from one with it; of several callers, each has one of that name. */
export interface Decisive {
  /** Fails without the rule, each of them where there are several; others may. */
  readonly mustFail: string | readonly string[]
  /** Hold all the same: without them a control would also "fail as it must" when nothing was injected or nothing works at all. */
  readonly mustPass: readonly string[]
}

/** What a run has found out. */
export interface Findings {
  readonly checks: readonly Check[]
  readonly invariants: readonly Check[]
  readonly negativeControl: NegativeControl
  /** What could not be put back. */
  readonly remains: readonly string[]
}

/**
 * Pure. What does not hold without doubt is a fail, whatever else could not be judged; when only doubtful checks do not hold the run is
 * inconclusive, and says why.
 */
export function judge({ checks, invariants, negativeControl, remains }: Findings, decisive: Decisive): Verdict {
  const found = [...checks, ...invariants]
  if (found.some(isRefuted) || remains.length > 0 || isBlind(negativeControl, decisive)) return { verdict: 'fail' }
  const ofControl = negativeControl.failedAsItMust ? [] : doubts(negativeControl.checks)
  if (!negativeControl.failedAsItMust && ofControl.length === 0) return { verdict: 'fail' }
  const reasons = [...doubts(found), ...ofControl.map((doubt) => `negative control: ${doubt}`)]
  return reasons.length === 0 ? { verdict: 'pass' } : { verdict: 'inconclusive', reason: [...new Set(reasons)].join('; ') }
}

/** Whether the control failed by what was taken away, and by that alone: of every caller, where there are several. */
export const failedAsItMust = (checks: readonly Check[], { mustFail, mustPass }: Decisive): boolean =>
  [mustFail].flat().every((name) => all(named(checks, name), isRefuted)) &&
  mustPass.every((name) => all(named(checks, name), ({ passed }) => passed))

/** A harness that does not miss the rule, or that broke nothing: no doubt excuses that. */
const isBlind = ({ checks }: NegativeControl, { mustFail, mustPass }: Decisive): boolean =>
  [mustFail].flat().some((name) => named(checks, name).some(({ passed }) => passed)) ||
  mustPass.some((name) => named(checks, name).some(isRefuted))

/** True for one or more. */
const all = (checks: readonly Check[], are: (check: Check) => boolean): boolean => checks.length > 0 && checks.every(are)

const named = (checks: readonly Check[], name: string): Check[] => checks.filter((check) => isNamed(check, name))
const isRefuted = ({ passed, doubt }: Check): boolean => !passed && doubt === undefined
const doubts = (checks: readonly Check[]): string[] => checks.flatMap(({ passed, doubt }) => (passed || doubt === undefined ? [] : [doubt]))
