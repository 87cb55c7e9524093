import { type KnownSurvivor, matches } from './known-survivors.ts'
import type { Mutant } from './read-report.ts'

export interface FileScore {
  readonly file: string
  /** Of them `timedOut` by a test that did not end: rather a slow machine than a good test when there are many. */
  readonly noticed: number
  readonly timedOut: number
  readonly survived: number
}

export interface Summary {
  readonly files: readonly FileScore[]
  readonly total: Omit<FileScore, 'file'>
  /** With the reason why it may stay, when somebody has written one down. */
  readonly survivors: readonly { readonly mutant: Mutant; readonly because: string | undefined }[]
}

/** 0…100; a folder without mutants has nothing that could survive. */
export const percent = ({ noticed, survived }: Pick<FileScore, 'noticed' | 'survived'>): number =>
  noticed + survived === 0 ? 100 : (100 * noticed) / (noticed + survived)

export function summarize(mutants: readonly Mutant[], known: readonly KnownSurvivor[]): Summary {
  const byFile = Map.groupBy(mutants, ({ file }) => file)
  return {
    files: [...byFile].map(([file, ofFile]) => ({ file, ...score(ofFile) })).sort((one, other) => percent(one) - percent(other)),
    total: score(mutants),
    survivors: mutants.filter(isSurvivor).map((mutant) => ({ mutant, because: known.find((one) => matches(one, mutant))?.because })),
  }
}

/** Reasons for survivors that are none any more. @param mutants all of the folder */
export function outdated(mutants: readonly Mutant[], known: readonly KnownSurvivor[]): readonly KnownSurvivor[] {
  const survivors = mutants.filter(isSurvivor)
  const measured = new Set(mutants.map(({ file }) => file))
  return known.filter((one) => measured.has(one.file) && !survivors.some((mutant) => matches(one, mutant)))
}

const isSurvivor = ({ end }: Mutant): boolean => end === 'survived' || end === 'not reached'

function score(mutants: readonly Mutant[]): Omit<FileScore, 'file'> {
  const count = (...ends: readonly Mutant['end'][]) => mutants.filter(({ end }) => ends.includes(end)).length
  return { noticed: count('noticed', 'timed out'), timedOut: count('timed out'), survived: count('survived', 'not reached') }
}
