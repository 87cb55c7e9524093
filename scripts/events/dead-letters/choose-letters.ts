import { UsageError } from '../../cli/command-error.ts'
import type { Request } from '../command.ts'
import type { TracedLetter } from './read-letters.ts'

/** @throws UsageError when there is none */
export function findLetter(letters: readonly TracedLetter[], place: string): TracedLetter {
  const found = letters.find((letter) => letter.place === place)
  if (!found) throw new UsageError(`there is no letter ${place}; npx breakwater events dlq list`)
  return found
}

/** What was put aside. */
export interface Letters {
  readonly all: readonly TracedLetter[]
  /** Those of the service and the code that were asked for. */
  readonly letters: readonly TracedLetter[]
}

/**
 * The letters that are named and still wait; with `--all` every one.
 * @returns how to choose them, once they are read
 * @throws UsageError when none is named, or some and all
 */
export function letterChoice({ words, options }: Request): (letters: readonly TracedLetter[]) => readonly TracedLetter[] {
  const places = words.slice(1)
  if (places.length === 0 && !options.all) throw new UsageError('say which letters (their places), or --all')
  if (places.length > 0 && options.all) throw new UsageError('say which letters (their places), or --all, but not both')
  return (letters) => {
    const chosen = options.all ? letters : [...new Set(places)].map((place) => findLetter(letters, place))
    return chosen.filter(({ status }) => status === 'parked')
  }
}
