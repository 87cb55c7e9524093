import type { Check } from '../../checks/check.ts'

/** The checks of one caller; where there are several, their names say whose they are. */
export const ofCaller = (caller: string, isOnly: boolean, checks: readonly Check[]): Check[] =>
  checks.map((check) => (isOnly ? check : { ...check, name: `${caller}: ${check.name}` }))

/** Whether a check is the one of that name, of whichever caller. */
export const isNamed = (check: Check, name: string): boolean => check.name === name || check.name.endsWith(`: ${name}`)
