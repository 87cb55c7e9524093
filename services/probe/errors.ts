import { type ProblemCatalogue, problems } from '../shared/runtime/http/problem.ts'

export const probeErrors = {
  RUN_UNKNOWN: { status: 404, title: 'No such run, or it was long ago' },
  TOO_MANY_RUNS: { status: 429, title: 'Too many runs are under way' },
} as const satisfies ProblemCatalogue

export const probeProblem = problems(probeErrors)
