import { hasPassed, reasonOf, type Verdict } from '../scripts/experiments/core/result.ts'

/** Whether nothing spoke against a run. Where tests share a machine, bounds of milliseconds may be beyond judging; nothing else may. */
export const passedOrTooSlow = (result: Verdict): boolean =>
  hasPassed(result) ||
  (reasonOf(result)
    ?.split('; ')
    .every((reason) => reason.includes('machine is too slow to judge')) ??
    false)
