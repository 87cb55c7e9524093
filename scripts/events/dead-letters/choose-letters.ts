import { UsageError } from '../../cli/command-error.ts'
import type { Request } from '../command.ts'
import type { TracedLetter } from './read-letters.ts'

/** @throws UsageError when there is none */
export function findLetter(letters: readonly TracedLetter[], place: string): TracedLetter {
  const found = letters.find((letter) => letter.place === place)
  if (!found) throw new UsageError(`there is no letter ${place}; npx breakwater events dlq list`)
  return found
}

/** The letters that are named and still wait; with `--all` every one. @throws UsageError when none is named, or some and all */
export function chooseLetters({ words, options }: Request, letters: readonly TracedLetter[]): readonly TracedLetter[] {
  const places = words.slice(1)
  if (places.length === 0 && !options.all) throw new UsageError('say which letters (their places), or --all')
  if (places.length > 0 && options.all) throw new UsageError('say which letters (their places), or --all, but not both')
  const chosen = options.all ? letters : [...new Set(places)].map((place) => findLetter(letters, place))
  return chosen.filter(({ status }) => status === 'parked')
}
