import type { Check } from './check-json.ts'

export type { Check } from './check-json.ts'

/** Both ends belong to the range; an absent end is open. */
export interface Range {
  readonly min?: number
  readonly max?: number
}

/** Compared as JSON, so lists and records can be expected as well. */
export const equals = (name: string, expected: unknown, actual: unknown): Check => ({
  name,
  expected,
  actual,
  passed: JSON.stringify(expected) === JSON.stringify(actual),
})

/** `undefined` (never observed) is in no range. */
export const within = (name: string, expected: Range, actual: number | undefined): Check => ({
  name,
  expected,
  actual: actual ?? 'never',
  passed: actual !== undefined && actual >= (expected.min ?? -Infinity) && actual <= (expected.max ?? Infinity),
})

/** Faults that are listed by name; more are only counted. */
const named = 5

/** A check of things that must not be, of which at most a few are named. */
export const none = (name: string, faults: readonly string[], of: number): Check => ({
  name,
  expected: `0 of ${of}`,
  actual: faults.length === 0 ? `0 of ${of}` : `${faults.length} of ${of}: ${faults.slice(0, named).join('; ')}`,
  passed: faults.length === 0,
})

/** For what cannot be put as a number: the run itself broke. */
export const broken = (name: string, error: unknown): Check => ({ name, expected: 'no error', actual: messageOf(error), passed: false })

/** The run broke before it could judge: nothing is proven by that, and nothing disproven. */
export const unproven = (name: string, error: unknown): Check => ({ ...broken(name, error), doubt: `${name}: ${messageOf(error)}` })

/** The checks as they are without a reason to doubt them. */
export const doubted = (doubt: string | undefined, checks: readonly Check[]): Check[] =>
  checks.map((check) => (doubt === undefined || check.doubt !== undefined ? check : { ...check, doubt }))

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** True for one or more checks that all hold: nothing checked is nothing proven. */
export const allPassed = (checks: readonly Check[]): boolean => checks.length > 0 && checks.every((check) => check.passed)
