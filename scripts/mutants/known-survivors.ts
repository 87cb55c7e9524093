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

const forTheType = 'never there: TypeScript alone does not know that the part always is'

export const knownSurvivors: readonly KnownSurvivor[] = [
  { file: 'mesh/envoy/duration.ts', code: "''", mutator: 'StringLiteral', because: forTheType },
  { file: 'mesh/envoy/names.ts', code: "''", mutator: 'StringLiteral', because: forTheType },
  {
    file: 'mesh/envoy/port-protocol.ts',
    code: "''",
    mutator: 'StringLiteral',
    because: 'any text that names no protocol says as much as none',
  },
  { file: 'mesh/envoy/routes.ts', code: 'first?.headers', mutator: 'OptionalChaining', because: forTheType },
  { file: 'mesh/envoy/rule.ts', code: "''", mutator: 'StringLiteral', because: 'asked for a value that has a fault, and only then' },
  { file: 'mesh/envoy/route-match.ts', code: 'value !== null', because: 'asked of what this file made itself: there is no null in it' },
  { file: 'mesh/envoy/write-xds.ts', code: '{ return undefined }', because: 'a block without a return returns undefined as well' },
]
