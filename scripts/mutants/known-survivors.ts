import type { Mutant } from './read-report.ts'

/** Mutants that no test notices, and why that may stay so. */
export interface KnownSurvivor {
  readonly file: string
  /** A part of the code that is changed. */
  readonly code: string
  /** Stryker's name of the change; without it any change of this code. */
  readonly mutator?: string
  readonly because: string
}

export const matches = ({ file, code, mutator }: KnownSurvivor, mutant: Mutant): boolean =>
  mutant.file === file && mutant.original.includes(code) && (mutator === undefined || mutant.mutator === mutator)

export const knownSurvivors: readonly KnownSurvivor[] = []
