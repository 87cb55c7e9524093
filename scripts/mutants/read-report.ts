import { readFile } from 'node:fs/promises'

/** One change to the code, and what the tests said to it. */
export interface Mutant {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly mutator: string
  /** Code before → after, on one line. */
  readonly original: string
  readonly replacement: string
  readonly end: 'noticed' | 'timed out' | 'survived' | 'not reached' | 'not counted'
}

/** The part that we read of the mutation-testing-report schema. */
interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly ReportedMutant[] }>>
}
interface ReportedMutant {
  readonly mutatorName: string
  readonly replacement?: string
  readonly status: string
  readonly location: { readonly start: Position; readonly end: Position }
}
/** Both from 1. */
interface Position {
  readonly line: number
  readonly column: number
}

const ends: Readonly<Record<string, Mutant['end']>> = {
  Killed: 'noticed',
  Timeout: 'timed out',
  Survived: 'survived',
  NoCoverage: 'not reached',
}

/** @throws when the file is not there */
export async function readReport(file: string): Promise<readonly Mutant[]> {
  return mutantsOf(JSON.parse(await readFile(file, 'utf8')))
}

export function mutantsOf({ files }: Report): readonly Mutant[] {
  return Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants.map(({ mutatorName, replacement, status, location }) => ({
      file,
      line: location.start.line,
      mutator: mutatorName,
      original: oneLine(textAt(source, location)),
      replacement: oneLine(replacement ?? mutatorName),
      end: ends[status] ?? 'not counted',
    })),
  )
}

function textAt(source: string, { start, end }: ReportedMutant['location']): string {
  const lines = source.split('\n').slice(start.line - 1, end.line)
  const last = lines.length - 1
  return lines.map((line, at) => line.slice(at === 0 ? start.column - 1 : 0, at === last ? end.column - 1 : undefined)).join('\n')
}

const oneLine = (code: string): string => code.replace(/\s+/g, ' ').trim()
