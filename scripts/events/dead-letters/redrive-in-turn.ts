import { type Letter, queueOf } from './letter.ts'
import type { RedriveResult } from './redriven-records.ts'

/**
 * Letters in turn → what becomes of each: one that cannot be handled yet keeps those that wait behind it.
 * @param redrive a letter on its own
 */
export function redriveInTurn<L extends Letter>(
  letters: readonly L[],
  redrive: (letter: L) => RedriveResult,
): readonly ({ readonly letter: L } & RedriveResult)[] {
  /** Queue → place of its letter that stays. */
  const stays = new Map<string, string>()
  return letters.map((letter) => {
    const queue = queueOf(letter)
    const first = queue === undefined ? undefined : stays.get(queue)
    if (first !== undefined) return { letter, impossible: `waits behind ${first}` }
    const result = redrive(letter)
    if (queue !== undefined && 'impossible' in result) stays.set(queue, letter.place)
    return { letter, ...result }
  })
}
