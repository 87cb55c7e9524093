/** As the index cuts texts into words: letters, digits, `_` and `-` belong to one. */
const word = /[\p{L}\p{N}_-]+/gu

/**
 * What somebody typed → an expression of FTS5: every word must occur; what stands between quotes, or is joined by signs
 * (`/v1/orders`), in this order; a word that ends in `*` may go on.
 * @returns undefined when there is nothing in it that could be found
 */
export function expressionOf(text: string): string | undefined {
  const terms = [...text.matchAll(/"([^"]*)"?|(\S+)/g)].flatMap(([, quoted, plain = '']) => {
    const words = (quoted ?? plain).match(word)
    return words ? [`"${words.join(' ')}"${quoted === undefined && plain.endsWith('*') ? ' *' : ''}`] : []
  })
  return terms.length === 0 ? undefined : terms.join(' AND ')
}

/** Any of these words. */
export const anyOf = (words: readonly string[]): string => words.map((one) => `"${one.replaceAll('"', '')}"`).join(' OR ')
