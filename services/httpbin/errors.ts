import { type ProblemCatalogue, problems } from '../shared/runtime/http/problem.ts'

export const httpbinErrors = {
  // Not a 5xx: outlier detection must not take an unreleased latch for a broken host.
  HOLD_EXPIRED: { status: 408, title: 'Nobody released the latch in time' },
  TOO_MANY_HELD: { status: 429, title: 'No more requests can be held' },
} as const satisfies ProblemCatalogue

export const httpbinProblem = problems(httpbinErrors)
