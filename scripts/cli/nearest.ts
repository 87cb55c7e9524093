/** More letters to change than this share of a word, and it was not meant. */
const tolerance = 0.4

/** The known word that somebody most likely meant; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [best] = known.map((one) => ({ one, changes: distance(word, one) })).sort((a, b) => a.changes - b.changes)
  return best && best.changes <= Math.max(word.length, best.one.length) * tolerance ? best.one : undefined
}

/** Letters to insert, remove, replace or swap with their neighbour (Damerau–Levenshtein, optimal string alignment). */
function distance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let row = 1; row <= from.length; row++) {
    const costs = [row]
    rows.push(costs)
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1]
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      costs.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          isSwap ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
  }
  return at(from.length, to.length)
}

/** `there is no experiment 'x' (did you mean 'y'?); there are: y, z` */
export function unknown(what: string, word: string, known: readonly string[]): string {
  const meant = nearest(word, known)
  return `there is no ${what} '${word}'${meant === undefined ? '' : ` (did you mean '${meant}'?)`}; there are: ${known.join(', ')}`
}
