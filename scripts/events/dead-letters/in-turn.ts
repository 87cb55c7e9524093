import { isHeard, type Letter, queueOf } from './letter.ts'

/**
 * Letters in the order in which they may be sent again: commands as they were put aside, then events heard as they lie in their own partition.
 * An event that was put aside twice may have its first letter behind that of a later one.
 */
export const inTurn = <L extends Letter>(letters: readonly L[]): readonly L[] =>
  letters.toSorted((one, other) => Number(isHeard(one)) - Number(isHeard(other)) || (isHeard(one) ? compareOrigins(one, other) : 0))

const compareOrigins = (one: Letter, other: Letter): number =>
  one.service.localeCompare(other.service) ||
  one.original.topic.localeCompare(other.original.topic) ||
  one.original.partition - other.original.partition ||
  one.original.offset - other.original.offset

/** The letters that this one waits behind. @param waiting all that wait, in turn */
export function inFrontOf<L extends Letter>(letter: L, waiting: readonly L[]): readonly L[] {
  const queue = queueOf(letter)
  if (queue === undefined) return []
  return waiting.slice(0, waiting.indexOf(letter)).filter((other) => queueOf(other) === queue)
}
