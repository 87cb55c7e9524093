import type { Check } from './check.ts'

/** A check as result files and `--json` have it. */
export interface CheckJson {
  readonly what: string
  readonly expected: unknown
  readonly observed: unknown
  readonly holds: boolean
  readonly doubt?: string
}

export const checkToJson = ({ name, expected, actual, passed, doubt }: Check): CheckJson => ({
  what: name,
  expected,
  observed: actual,
  holds: passed,
  ...(doubt !== undefined && { doubt }),
})

export const checkFromJson = ({ what, expected, observed, holds, doubt }: CheckJson): Check => ({
  name: what,
  expected,
  actual: observed,
  passed: holds,
  ...(doubt !== undefined && { doubt }),
})
